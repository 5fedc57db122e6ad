package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.record.TurnStatus;
import java.util.Map;
import java.util.Optional;

/** Something that a device was told. */
sealed interface Told {
  String device();

  /** Which of the device's streams it came by: 1, 2 ... What is repeated on a later is no harm. */
  int stream();

  /** The cursor that it bore; empty for what overtakes the queue. */
  String cursor();

  /** The messageId of the turn; empty where it concerns none. */
  String turn();

  /** By what it is known again when it is told once more. */
  String name();

  /**
   * A directive.
   *
   * @param made whether Parley made it in CIC's stead
   * @param attachments Parley's names of those that had begun, by Content-ID
   */
  record Directive(
      String device,
      int stream,
      String cursor,
      String turn,
      Optional<String> dialog,
      String messageId,
      String directive,
      boolean made,
      Map<String, String> attachments)
      implements Told {
    /** Copies the map. */
    public Directive {
      attachments = Map.copyOf(attachments);
    }

    @Override
    public String name() {
      return messageId;
    }

    @Override
    public String toString() {
      return directive + " " + messageId;
    }
  }

  /**
   * That an attachment has begun which a directive names that was told before.
   *
   * @param messageId the directive's
   * @param attachment Parley's name for it
   */
  record Attachment(
      String device,
      int stream,
      String cursor,
      String turn,
      String messageId,
      String contentId,
      String attachment)
      implements Told {
    @Override
    public String name() {
      return messageId + " " + attachment;
    }

    @Override
    public String toString() {
      return "attachment " + attachment + " of " + messageId;
    }
  }

  /** That a turn is over. */
  record Closed(
      String device, int stream, String cursor, String turn, Attempt attempt, TurnStatus status)
      implements Told {
    @Override
    public String name() {
      return "end of " + turn;
    }

    @Override
    public String toString() {
      return "end (" + status + " by " + attempt + ")";
    }
  }
}
