package dev.parley.producer;

/** How fast a {@link Speaker} speaks. */
public enum Pacing {
  /**
   * As a microphone would: each chunk when its last sample would have been recorded, reckoned from
   * the start, so that delays never add up.
   */
  REAL_TIME,
  /** As fast as Kafka takes it, or as a live source gives it. */
  FAST
}
