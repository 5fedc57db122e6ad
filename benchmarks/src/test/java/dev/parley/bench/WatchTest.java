package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final int LEAVER = 7001;
  private static final int OTHER = 7002;
  private static final long SECOND = 1_000_000_000;
  private static final long AT = 100 * SECOND;

  private final Arrivals arrivals = new Arrivals();

  /** Chunks from one number to another, each arriving when it is due. */
  private void arrive(int dialog, int port, int from, int to, long now) {
    Arrivals.Dialog known = arrivals.upload(dialog, port, now);
    for (int seq = from; seq < to; seq++) {
      arrivals.chunk(known, port, seq, now, now);
    }
  }

  private Watch watch(boolean killed, Watch.Turn... turns) {
    Watch watch = new Watch(LEAVER, killed, AT);
    arrivals.watch(watch, List.of(turns));
    return watch;
  }

  @Test
  void aTurnIsBackWithItsFirstNewChunkAndNotWithWhatIsRepeated() {
    arrive(1, LEAVER, 0, 3, AT);
    Watch watch = watch(true, new Watch.Turn(1, 5));

    arrive(1, OTHER, 0, 3, AT + 6 * SECOND);
    assertThat(watch.pending()).isEqualTo(1);
    arrive(1, OTHER, 3, 5, AT + 7 * SECOND);

    assertThat(watch.fates()).containsExactly(new Fate(true, 7, true));
    assertThat(watch.pending()).isZero();
  }

  @Test
  void aTurnThatNeverComesBackStaysInTheAccount() {
    arrive(1, LEAVER, 0, 3, AT);
    Watch watch = watch(true, new Watch.Turn(1, 5));
    assertThat(watch.fates()).containsExactly(new Fate(true, Fate.NEVER, false));
    assertThat(watch.pending()).isEqualTo(1);
  }

  @Test
  void aTurnThatComesBackAndLacksItsEndIsMissed() {
    arrive(1, LEAVER, 0, 3, AT);
    Watch watch = watch(true, new Watch.Turn(1, 5));
    arrive(1, OTHER, 0, 4, AT + SECOND);
    assertThat(watch.fates()).containsExactly(new Fate(true, Fate.NEVER, true));
  }

  @Test
  void whatTheKilledOwnerHadSentAlreadyIsNoReturn() {
    arrive(1, LEAVER, 0, 3, AT);
    arrive(2, LEAVER, 0, 3, AT);
    Watch watch = watch(true, new Watch.Turn(1, 4), new Watch.Turn(2, 5));
    for (int dialog = 1; dialog <= 2; dialog++) {
      // Through the same request, out of the socket's buffer.
      arrivals.chunk(arrivals.upload(dialog, LEAVER, AT), LEAVER, 3, AT, AT + 1);
    }
    arrive(2, OTHER, 4, 5, AT + 6 * SECOND);
    assertThat(watch.fates()).extracting(Fate::seconds).containsExactly(6.0);
  }

  @Test
  void aTurnOfWhichNothingHadArrivedIsTheLeaversToo() {
    Watch watch = watch(true, new Watch.Turn(1, 2));
    arrive(1, OTHER, 0, 2, AT + 8 * SECOND);
    assertThat(watch.fates()).containsExactly(new Fate(true, 8, false));
  }

  @Test
  void aTurnThatHadArrivedWholeIsNotOpen() {
    arrive(1, LEAVER, 0, 2, AT);
    assertThat(watch(true, new Watch.Turn(1, 2)).fates()).isEmpty();
  }

  @Test
  void ofAPlannedHandOverTheLongestGapOfEveryTurnCounts() {
    arrive(1, LEAVER, 0, 2, AT);
    arrive(2, OTHER, 0, 2, AT);
    Watch watch = watch(false, new Watch.Turn(1, 4), new Watch.Turn(2, 3), new Watch.Turn(3, 9));
    Arrivals.Dialog going = arrivals.upload(1, OTHER, AT);
    arrivals.chunk(going, OTHER, 2, AT, AT + 3 * SECOND);
    arrivals.chunk(going, OTHER, 3, AT + 2 * SECOND, AT + 3 * SECOND);
    arrive(2, OTHER, 2, 3, AT + SECOND);
    assertThat(watch.fates())
        .containsExactlyInAnyOrder(
            new Fate(true, 3, true), new Fate(false, 0, true), new Fate(true, Fate.NEVER, false));
  }

  @Test
  void aFateIsTheSameInAnotherProcess() {
    for (Fate fate : List.of(new Fate(true, 1.5, false), new Fate(false, Fate.NEVER, true))) {
      assertThat(Fate.of(fate.json())).isEqualTo(fate);
    }
  }
}
