package dev.parley.dispatcher.flow;

import java.util.Locale;

/**
 * Why a speech record is not used. The words stand in metrics, and those of {@link Aside} in dead
 * letters; {@code docs/metrics.md} says what to do about each.
 */
public sealed interface RecordReason {
  /** The constant's name. */
  String name();

  /** In lower case, with hyphens. */
  default String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Why a record is put into the dead letters. */
  enum Aside implements RecordReason {
    /** Its device belongs to another partition. */
    MISROUTED,
    /** It has not the layout. */
    UNREADABLE,
    /** The metadata of a begin is not that of an event. */
    BAD_METADATA,
    /** Its turn is open already. */
    SECOND_BEGIN,
    /** Another source than its turn's has published it. */
    FOREIGN_SOURCE,
    /** The dispatcher has failed on it. */
    INTERNAL,
    /** Owner after owner was lost over its turn. */
    POISON
  }

  /** Why a record is passed over without more ado. */
  enum Passed implements RecordReason {
    /** It has been read before. */
    REPEATED,
    /** Its turn is closed. */
    AFTER_CLOSE,
    /** CIC has said StopCapture. */
    AFTER_STOP,
    /** Its turn is not known. */
    NO_BEGIN,
    /** A begin, and an owner has closed its turn. */
    CLOSED_BEFORE,
    /** A begin, as old as turns whose closes there was no room to remember. */
    LONG_CLOSED,
    /** No record, but what CIC says of a turn that the next owner has. */
    LEFT
  }
}
