package dev.parley.turnlog.story;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.TurnStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All that Kafka holds of one turn, told in order.
 *
 * @param entries in order of time; an owner's claim that stood before the turn comes first
 * @param leftOut how many there were beyond what is kept of one turn
 */
public record Story(TurnId turn, int partition, List<StoryEntry> entries, int leftOut) {
  /** Copies the list. */
  public Story {
    entries = List.copyOf(entries);
  }

  /** When the first record of the turn itself was appended, in epoch milliseconds. */
  public long firstMillis() {
    return entries.stream()
        .filter(entry -> !isOfPartition(entry.told()))
        .mapToLong(StoryEntry::millis)
        .findFirst()
        .orElse(0);
  }

  private static boolean isOfPartition(Told told) {
    return told instanceof Told.Claimed || told instanceof Told.Released;
  }

  /** How it ended, by the first close that counts; empty while it is open. */
  public Optional<Told.Closed> ending() {
    return closing().map(entry -> (Told.Closed) entry.told());
  }

  private Optional<StoryEntry> closing() {
    return counting(told -> told instanceof Told.Closed).findFirst();
  }

  private java.util.stream.Stream<StoryEntry> counting(Predicate<Told> what) {
    return entries.stream().filter(entry -> entry.counts() && what.test(entry.told()));
  }

  private long count(Predicate<Told> what) {
    return counting(what).count();
  }

  private boolean has(Predicate<Told> what) {
    return count(what) > 0;
  }

  /** How many attempts to bring it to CIC counted. */
  public long attempts() {
    return count(told -> told instanceof Told.AttemptBegun);
  }

  /**
   * What became of it, in one sentence.
   *
   * @param nowMillis epoch milliseconds, to say how long it has been open
   */
  public String sentence(long nowMillis) {
    Optional<StoryEntry> closing = closing();
    if (closing.isPresent() && closing.get().told() instanceof Told.Closed closed) {
      String after = seconds(closing.get().millis() - firstMillis());
      return closed.status() == TurnStatus.OK
          ? "It was answered: "
              + plural(count(Story::isDirective), "directive")
              + " and "
              + plural(count(Story::isWholeAttachment), "attachment")
              + ", closed "
              + closed.status()
              + " after "
              + after
              + tries()
              + "."
          : "It ended "
              + closed.status()
              + " ("
              + closed.reason()
              + ") after "
              + after
              + tries()
              + (closed.detail().isBlank() ? "" : ": " + closed.detail().replaceAll("\\.$", ""))
              + ".";
    }
    return "It is open, for "
        + seconds(Math.max(0, nowMillis - firstMillis()))
        + ": "
        + open()
        + ".";
  }

  private String tries() {
    return attempts() > 1 ? " and " + attempts() + " attempts" : "";
  }

  /** Where a turn that is not closed has got to. */
  private String open() {
    if (entries.stream().anyMatch(entry -> entry.told() instanceof Told.Closed)) {
      return "the one close that was written does not count, and its next owner has not closed it";
    }
    Optional<Told.AttemptBegun> last = last(Told.AttemptBegun.class);
    if (last.isPresent()) {
      return begun(last.get());
    }
    if (!has(told -> told instanceof Told.Claimed)) {
      return "no dispatcher has claimed its partition, as far as the ledger goes back";
    }
    return "no dispatcher has begun it yet; is one running, and what does its /ready say";
  }

  /** Where the last attempt has got to, if it is still at work. */
  private String begun(Told.AttemptBegun attempt) {
    long owner = attempt.attempt().owner();
    long claimed = last(Told.Claimed.class).map(Told.Claimed::owner).orElse(owner);
    if (claimed > owner) {
      return "owner " + claimed + " has the partition now, and has not begun it again";
    }
    Optional<Told.Released> released =
        last(Told.Released.class).filter(release -> release.owner() == owner);
    if (released.isPresent() && !released.get().finishing().contains(turn)) {
      return "nobody has it since owner "
          + owner
          + " let the partition go; is a dispatcher running, and what does its /ready say";
    }
    String stage =
        has(Story::isDirective)
            ? "CIC has begun to answer attempt " + attempt.attempt()
            : has(told -> told instanceof Told.Sent)
                ? "CIC has all of it by attempt " + attempt.attempt() + " and has not answered yet"
                : "attempt " + attempt.attempt() + " brings it to CIC";
    return stage
        + (released.isPresent() ? ", which finishes it though it has let the partition go" : "")
        + ", as far as the ledger tells";
  }

  private <T extends Told> Optional<T> last(Class<T> kind) {
    return counting(kind::isInstance)
        .map(StoryEntry::told)
        .map(kind::cast)
        .reduce((earlier, later) -> later);
  }

  private static boolean isDirective(Told told) {
    return told instanceof Told.DirectiveReceived;
  }

  private static boolean isWholeAttachment(Told told) {
    return told instanceof Told.AttachmentEnded ended && ended.whole();
  }

  private static String plural(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
  }
}
