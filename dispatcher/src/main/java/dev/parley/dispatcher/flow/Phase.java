package dev.parley.dispatcher.flow;

import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.UploadEnd;
import java.util.Optional;

/** What is going on with an open turn. What cannot be at the same time cannot be written. */
sealed interface Phase {
  /**
   * Another try is waited for.
   *
   * @param until when it is due
   * @param why what keeps it from CIC, when it waits for CIC to be reachable again
   */
  record Waiting(long until, Optional<Unreachable> why) implements Phase {}

  /** A former owner is finishing it. */
  record FormerOwners() implements Phase {}

  /** A try is under way. */
  record Running(Upload upload, Response response) implements Phase {
    /** A try of which nothing is asked yet. */
    static final Running FIRST =
        new Running(new Upload.Speaking(new Source.Unasked(), new Cut.None()), Response.OPEN);

    /** Whether something was asked of CIC. */
    boolean isRequested() {
      return !(upload instanceof Upload.Speaking speaking) || speaking.source().isRequested();
    }

    /** Whether CIC's answer has come to its end. */
    boolean isAnswered() {
      return response == Response.ENDED;
    }

    /** Whether CIC has all of it and has answered. */
    boolean isComplete() {
      return upload instanceof Upload.Sent && isAnswered();
    }

    Running with(Upload other) {
      return new Running(other, response);
    }
  }

  /** It has come to its end, and the ledger is being told. */
  record Closing(LedgerRecord.TurnClosed record) implements Phase {}

  /** Why CIC could not be reached. */
  record Unreachable(Ending ending, String detail) {}

  /** How far CIC's answer has got. */
  enum Response {
    OPEN,
    ENDED
  }

  /** How far the speech has got on its way to CIC. */
  sealed interface Upload {
    /** It is being spoken, or read again. */
    record Speaking(Source source, Cut cut) implements Upload {
      Speaking with(Source other) {
        return new Speaking(other, cut);
      }

      Speaking with(Cut other) {
        return new Speaking(source, other);
      }

      boolean isLive() {
        return source instanceof Source.Live;
      }

      boolean isCut() {
        return !(cut instanceof Cut.None);
      }
    }

    /** The final boundary is queued. */
    record Finished(UploadEnd by) implements Upload {}

    /** Everything is on its way. */
    record Sent() implements Upload {}
  }

  /** Where a turn's records come from. */
  sealed interface Source {
    /** Nothing is asked of CIC yet: that is decided now, or the ledger is read first. */
    record Unasked() implements Source {}

    /**
     * They are read again, and its begin has not come.
     *
     * @param lastLive offset of the last one that came live meanwhile: it is read again too
     */
    record Reading(long lastLive) implements Source {}

    /** They are read again; see {@link Reading}. */
    record Replaying(long lastLive) implements Source {}

    /** As they come. */
    record Live() implements Source {}

    /**
     * The partition is another's: they are read on from this offset after a while, or are being
     * read when it is {@link #UNDER_WAY}.
     */
    record Following(long from) implements Source {
      static final long UNDER_WAY = -1;
    }

    /** Before the first record that came live. */
    long NONE = -1;

    default boolean isRequested() {
      return switch (this) {
        case Unasked _, Reading _ -> false;
        case Replaying _, Live _, Following _ -> true;
      };
    }

    /** A record of the turn came live, and is not taken. */
    default Source cameLive(long offset) {
      return switch (this) {
        case Reading _ -> new Reading(offset);
        case Replaying _ -> new Replaying(offset);
        case Unasked _, Live _, Following _ -> this;
      };
    }
  }

  /** Where a StopCapture ends the upload (C21). */
  sealed interface Cut {
    /** CIC has not said it. */
    record None() implements Cut {}

    /** What was published by then is asked for. */
    record Asked() implements Cut {}

    /** What stands before this offset still goes out. */
    record At(long offset) implements Cut {}

    /** Whether all that still goes out stands before {@code next}. */
    default boolean isReached(long next) {
      return this instanceof At at && next >= at.offset();
    }
  }
}
