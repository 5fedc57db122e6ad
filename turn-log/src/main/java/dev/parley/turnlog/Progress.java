package dev.parley.turnlog;

import java.time.Duration;

/**
 * Since when a partition has had no owner, and since when its commit has stood although there is
 * work. Owners that come and go bring it no further. The poll thread's.
 */
final class Progress {
  private long committable = -1;
  private long movedNanos;
  private long ownedNanos;

  Progress(long nowNanos) {
    this.movedNanos = nowNanos;
    this.ownedNanos = nowNanos;
  }

  /**
   * It has an owner now.
   *
   * @param offset that may be committed
   * @param end where its records end, as far as is known
   */
  void owned(long offset, long end, long nowNanos) {
    ownedNanos = nowNanos;
    if (offset > committable || offset >= end) {
      committable = offset;
      movedNanos = nowNanos;
    }
  }

  Duration standing(long nowNanos) {
    return Duration.ofNanos(nowNanos - movedNanos);
  }

  Duration ownerless(long nowNanos) {
    return Duration.ofNanos(nowNanos - ownedNanos);
  }
}
