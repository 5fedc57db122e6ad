package dev.parley.protocol;

/**
 * One try of an owner to bring a turn to CIC, fixed when it begins; written {@code owner.try}.
 * Ordered: a later owner beats an earlier one, and within an owner a later try.
 *
 * @param owner the number by which the dispatcher claimed the partition, from 1
 * @param number the try, from 1; 0 stands for what belongs to the owner but to no turn
 */
public record Attempt(long owner, int number) implements Comparable<Attempt> {
  /** Checks the ranges. */
  public Attempt {
    if (owner < 1 || number < 0) {
      throw new IllegalArgumentException(
          "attempt must be owner >= 1 and try >= 0: " + owner + "." + number);
    }
  }

  /**
   * Reads {@code owner.try}.
   *
   * @throws MalformedException when it is not of that form
   */
  public static Attempt parse(String text) throws MalformedException {
    int dot = text.indexOf('.');
    try {
      Attempt attempt =
          new Attempt(
              Long.parseLong(text, 0, Math.max(dot, 0), 10),
              Integer.parseInt(text, dot + 1, text.length(), 10));
      if (attempt.toString().equals(text)) { // Else it has a sign, or zeros in front.
        return attempt;
      }
    } catch (IllegalArgumentException e) {
      // The one message for all, without the text, of which nobody knows what it holds.
    }
    throw new MalformedException("attempt is not of the form owner.try");
  }

  @Override
  public int compareTo(Attempt other) {
    int byOwner = Long.compare(owner, other.owner);
    return byOwner != 0 ? byOwner : Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return owner + "." + number;
  }
}
