package dev.parley.dispatcher.cic;

import org.jspecify.annotations.Nullable;

/**
 * What speaks against one connection: openings that hang, events that are stuck, streams that are
 * reset. One device's trouble says little, for its neighbours live there too; two devices' in a
 * row, or that of one which is alone there, does. A device is whatever stands for it. Pure; guarded
 * by {@link Lanes}.
 */
@SuppressWarnings("ReferenceEquality") // Who has trouble is itself and no other.
final class Suspicion {
  /** What is to be done about it. */
  enum Verdict {
    GO_ON,
    /** The device goes to another connection, its neighbours stay. */
    MOVE_DEVICE,
    /** All leave the connection. */
    LEAVE
  }

  /** Whether CIC has said Hello here. */
  private boolean wasGreeted;

  /** Whose opening came to no Hello since the last one. */
  private @Nullable Object hungFor;

  /** Whose stream CIC has reset since an event last ended well. */
  private @Nullable Object resetFor;

  /** Events given up as stuck since one last ended well. */
  private int stuck;

  /** CIC has said Hello to this device. */
  void greeted(Object device) {
    wasGreeted = true;
    hungFor = null;
    if (resetFor == device) {
      resetFor = null;
    }
  }

  /** An event has ended well. */
  void well() {
    stuck = 0;
    resetFor = null;
  }

  /** An opening came to no Hello in time. */
  Verdict hung(Object device, boolean alone) {
    boolean leaves = !wasGreeted || alone || (hungFor != null && hungFor != device);
    hungFor = device;
    return leaves ? Verdict.LEAVE : Verdict.GO_ON;
  }

  /** An event was given up as stuck: that of any device, for the next is another's as likely. */
  Verdict stuck(boolean alone) {
    stuck++;
    return stuck > 1 || alone ? Verdict.LEAVE : Verdict.GO_ON;
  }

  /** CIC has reset a stream, and the connection is up. */
  Verdict reset(Object device, boolean alone) {
    Object before = resetFor;
    resetFor = device;
    if (before == null) {
      return Verdict.GO_ON;
    }
    return before == device && !alone ? Verdict.MOVE_DEVICE : Verdict.LEAVE;
  }
}
