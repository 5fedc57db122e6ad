package dev.parley.router.queue;

/** What is to be done with a directive. */
sealed interface Verdict {
  /** Give it to the device at once; it has no place in the queue (C21 to C24, C31). */
  record Overtake() implements Verdict {}

  /** It takes its place in the queue (C30). */
  record Enqueue() implements Verdict {}

  /** It waits until this turn has been sent completely (C28). */
  record AwaitSent(Turn turn) implements Verdict {}

  /** The device does not get it. */
  record Discard(Reason reason) implements Verdict {}
}
