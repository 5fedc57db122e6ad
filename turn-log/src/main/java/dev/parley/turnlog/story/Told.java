package dev.parley.turnlog.story;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import java.util.List;
import java.util.Optional;

/**
 * What can be told of a turn. Names, ids, counts and times only: what people said, and what was
 * said to them, is nobody's business here.
 */
public sealed interface Told {
  /** Between chunks of 200 ms, more than this is a pause that CIC hears too. */
  long PAUSE_MILLIS = 400;

  /**
   * The device begins to speak.
   *
   * @param event the event's full name; empty when its metadata can't be read
   */
  record SpeechBegun(Optional<String> event) implements Told {}

  /** The first audio is there. */
  record FirstChunk() implements Told {}

  /** Audio is there again after none came for a while. */
  record Resumed(long afterMillis) implements Told {}

  /**
   * The last audio is there.
   *
   * @param chunks records of audio of the turn
   * @param bytes of audio
   * @param pauses how often none came for longer than {@link #PAUSE_MILLIS}
   * @param missing records of the turn that are not there, by their {@code seq}
   * @param foreign records of audio by another source, which are no part of it
   */
  record LastChunk(int chunks, long bytes, int pauses, int missing, int foreign) implements Told {}

  /** The device has said all. */
  record SpeechEnded() implements Told {}

  /** The device takes the turn back. */
  record TakenBack() implements Told {}

  /** A dispatcher claims the partition; one that lost the race does not count. */
  record Claimed(long owner, String dispatcher) implements Told {}

  /**
   * An owner lets the partition go.
   *
   * @param finishing those of the turns asked for that it may still finish
   */
  record Released(long owner, List<TurnId> finishing) implements Told {
    /** Copies the list. */
    public Released {
      finishing = List.copyOf(finishing);
    }
  }

  /** An attempt begins. */
  record AttemptBegun(Attempt attempt, String event) implements OfAttempt {}

  /** CIC has been sent the whole event. */
  record Sent(Attempt attempt, int chunks, long bytes, UploadEnd endedBy) implements OfAttempt {}

  /**
   * CIC sent a directive.
   *
   * @param name its full name; empty when it can't be read
   * @param messageId empty when it has none
   */
  record DirectiveReceived(Attempt attempt, Channel channel, String name, String messageId)
      implements OfAttempt {}

  /** An attachment begins to arrive. */
  record AttachmentBegun(Attempt attempt, Channel channel, String attachment, String contentType)
      implements OfAttempt {}

  /** An attachment has arrived, or broke off. */
  record AttachmentEnded(
      Attempt attempt, Channel channel, String attachment, long length, boolean whole)
      implements OfAttempt {}

  /** Whoever was finishing the turn leaves it to the owner. */
  record Left(Attempt attempt) implements OfAttempt {}

  /** The turn is over. */
  record Closed(Attempt attempt, TurnStatus status, String reason, String detail)
      implements OfAttempt {}

  /** A record that bears the turn's ids and can't be read. */
  record Unreadable(String why) implements Told {}

  /** What is part of an attempt. */
  sealed interface OfAttempt extends Told {
    Attempt attempt();
  }
}
