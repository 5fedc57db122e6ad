package dev.parley.bench;

/** What a figure is held against. */
sealed interface Rule {
  /** Nothing: it is shown. */
  Rule SHOWN = new Shown();

  /** The ratio, or the value where there is no other side, may not be more. */
  static Rule atMost(double limit) {
    return new Goal(limit, true);
  }

  /** The ratio, or the value where there is no other side, may not be less. */
  static Rule atLeast(double limit) {
    return new Goal(limit, false);
  }

  /** For people. */
  String words();

  /**
   * What is to be reached.
   *
   * @param limit of the ratio, or of the value where there is no other side
   * @param atMost whether it may not be more, else not less
   */
  record Goal(double limit, boolean atMost) implements Rule {
    boolean isReached(double value) {
      return atMost ? value <= limit : value >= limit;
    }

    @Override
    public String words() {
      return (atMost ? "<= " : ">= ") + Figure.number(limit);
    }
  }

  /**
   * Another build's figure: worse only if the whole interval of the ratio is beyond the limit.
   *
   * @param atMost whether more is worse, else less
   */
  record NoWorse(boolean atMost) implements Rule {
    /** What two runs of the same build may differ by. */
    static final double LIMIT = 1.03;

    boolean isWorse(Interval ratio) {
      return atMost ? ratio.low() > LIMIT : ratio.high() < 1 / LIMIT;
    }

    @Override
    public String words() {
      return atMost
          ? "interval not above " + LIMIT
          : "interval not below " + Figure.number(1 / LIMIT);
    }
  }

  /** No goal. */
  record Shown() implements Rule {
    @Override
    public String words() {
      return "";
    }
  }
}
