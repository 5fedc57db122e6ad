package dev.parley.bench;

import java.time.Duration;

/**
 * How much is measured, and for how long.
 *
 * @param warmUp of each side, before anything counts
 * @param settle between the start of a load and the window in which it is measured
 * @param window of one measurement
 * @param pairs how many windows each side gets, in turn
 * @param cpuDialogs P1's and P1b's
 * @param delayDialogs P2's
 * @param firstProbe the dialogs at which P4's search begins
 * @param lastProbe more than these are not tried
 * @param searches P4's on each side, in turn
 * @param probe how long P4 looks at a number of dialogs
 * @param precision how near P4's search comes, as a share
 * @param handOverDialogs P6's
 * @param kills and planned hand-overs, of each this many
 * @param openDialogs P8's, talking and silent
 * @param talkingDialogs P8's
 * @param silentWindow P8's window: who is silent for 10 s is taken for gone
 */
record Sizes(
    Duration warmUp,
    Duration settle,
    Duration window,
    int pairs,
    int cpuDialogs,
    int delayDialogs,
    int firstProbe,
    int lastProbe,
    int searches,
    Duration probe,
    double precision,
    int handOverDialogs,
    int kills,
    int openDialogs,
    int talkingDialogs,
    Duration silentWindow) {

  /** Two builds are told apart by no fewer. */
  static final int COMPARED_PAIRS = 5;

  /** As the method wants it. */
  static final Sizes FULL =
      new Sizes(
          Duration.ofSeconds(30),
          Duration.ofSeconds(3),
          Duration.ofSeconds(20),
          5,
          1_000,
          500,
          500,
          6_000,
          5,
          Duration.ofSeconds(10),
          0.05,
          500,
          5,
          4_000,
          500,
          Duration.ofSeconds(5));

  /** A look, in minutes: shorter, fewer windows. */
  static final Sizes QUICK =
      new Sizes(
          Duration.ofSeconds(15),
          Duration.ofMillis(1_500),
          Duration.ofSeconds(4),
          3,
          1_000,
          500,
          1_000,
          6_000,
          1,
          Duration.ofSeconds(3),
          0.1,
          300,
          2,
          4_000,
          500,
          Duration.ofSeconds(5));

  /** The same with no fewer than this many windows and searches a side. */
  Sizes withAtLeast(int windows) {
    return new Sizes(
        warmUp,
        settle,
        window,
        Math.max(pairs, windows),
        cpuDialogs,
        delayDialogs,
        firstProbe,
        lastProbe,
        Math.max(searches, windows),
        probe,
        precision,
        handOverDialogs,
        kills,
        openDialogs,
        talkingDialogs,
        silentWindow);
  }
}
