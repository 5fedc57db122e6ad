package dev.parley.bench;

/** How a figure stands. */
enum Verdict {
  REACHED("reached"),
  MISSED("MISSED"),

  /** The CPU's goal is reached, and chunks come later than on the other side. */
  BOUGHT_WITH_DELAY("bought with delay"),

  /** The machine did not carry what is to be measured, and less was. */
  NOT_COMPARABLE("not comparable"),

  /** Nothing was measured, or not all came back. */
  FAILED("FAILED"),

  /** Than the other build, beyond chance. */
  WORSE("WORSE"),

  /** Than the other build, as far as these windows can tell. */
  NO_WORSE("no worse"),

  /** Without a goal. */
  SHOWN("");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  /** For people. */
  String words() {
    return words;
  }

  /** Whether a run with such a figure ends with a failure; a goal that is missed is a result. */
  boolean fails() {
    return this == FAILED || this == WORSE;
  }
}
