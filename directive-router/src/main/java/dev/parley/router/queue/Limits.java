package dev.parley.router.queue;

/**
 * How much is kept for one device, and how long.
 *
 * @param messages directives that wait, at most
 * @param bytes their JSON, in bytes, at most
 * @param maxAgeMillis how long a directive waits for its device
 * @param attachments attachments known at a time, at most
 * @param attachmentAgeMillis how long an attachment can be fetched after its last record
 * @param seen messageIds remembered, to drop duplicates
 * @param discards directives remembered that were not delivered, at most
 * @param discardAgeMillis how long these are remembered
 * @param closedTurns closed turns remembered, so that nothing more of them is delivered
 * @param idleMillis after how long without a message an empty queue is reduced to its slots
 */
public record Limits(
    int messages,
    int bytes,
    long maxAgeMillis,
    int attachments,
    long attachmentAgeMillis,
    int seen,
    int discards,
    long discardAgeMillis,
    int closedTurns,
    long idleMillis) {
  /** What suits devices that people talk to. RATIONALE.md says why. */
  public static final Limits DEFAULT =
      new Limits(256, 1 << 20, 120_000, 64, 600_000, 256, 64, 120_000, 32, 300_000);

  /** Checks the ranges. */
  public Limits {
    if (messages < 1 || messages > At.PER_RECORD / 2) {
      throw new IllegalArgumentException("messages must be 1 to " + At.PER_RECORD / 2);
    }
    if (bytes < 1 || maxAgeMillis < 1 || attachments < 1 || seen < 1 || closedTurns < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
