package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What happened in one run, as those saw it who stand outside of Parley, and the ledger.
 *
 * @param injected what was broken on purpose, in order
 * @param published what devices spoke
 * @param pushed what the endpoint sent by itself, on downchannels
 * @param received what the endpoint heard
 * @param judged what the endpoint had to say of the requests that it had
 * @param ledger what Parley wrote down, partition by partition, each in its order
 * @param streams which streams each device had, in their order
 * @param told what each device was told, in its order
 * @param acknowledged what each device acknowledged, in its order
 * @param fetched what came of each attachment that a device was told of
 */
record History(
    List<Injection> injected,
    List<Published> published,
    List<Pushed> pushed,
    List<Received> received,
    List<Judged> judged,
    List<Entry> ledger,
    List<Stream> streams,
    List<Told> told,
    List<Acknowledged> acknowledged,
    List<Fetched> fetched) {
  /** Copies the lists. */
  History {
    injected = List.copyOf(injected);
    published = List.copyOf(published);
    pushed = List.copyOf(pushed);
    received = List.copyOf(received);
    judged = List.copyOf(judged);
    ledger = List.copyOf(ledger);
    streams = List.copyOf(streams);
    told = List.copyOf(told);
    acknowledged = List.copyOf(acknowledged);
    fetched = List.copyOf(fetched);
  }

  /**
   * A turn that a device has spoken.
   *
   * @param prefixes hashes of the audio; those with a chunk that Kafka may have taken without
   *     saying so are among them
   * @param bytes all the audio that Kafka has acknowledged
   * @param end how its publishing ended
   */
  record Published(TurnId turn, Prefixes prefixes, long bytes, End end) {
    /** Whether Kafka has said that it has the turn's begin: only then is anything promised. */
    boolean isAccepted() {
      return end != End.NOT_ACCEPTED;
    }
  }

  /** How the publishing of a turn ended. */
  enum End {
    /** Kafka has the {@code end}. */
    ENDED,
    /** Kafka did not acknowledge a record, and nothing was sent after it. */
    BROKEN_OFF,
    /** Kafka did not acknowledge the {@code begin}, and may have it all the same. */
    NOT_ACCEPTED
  }

  /**
   * A directive without a dialog id that the endpoint sent on a device's downchannel.
   *
   * @param millis when, in epoch milliseconds
   */
  record Pushed(String device, String messageId, String name, long millis) {}

  /**
   * An upload at the endpoint.
   *
   * @param sha256 of all audio received
   * @param chunksSha256 of the audio up to the last boundary between chunks
   * @param whole whether the body came to its end; else it was reset or refused
   */
  record Received(TurnId turn, long bytes, String sha256, String chunksSha256, boolean whole) {}

  /**
   * How one row of the conformance checklist fared at the endpoint.
   *
   * @param row such as {@code C5}
   * @param judged how many exchanges were held against it
   * @param broken how many of them broke it
   * @param breaches what was said of these; of very many, of some
   */
  record Judged(String row, long judged, long broken, List<Breach> breaches) {
    /** Copies the list. */
    Judged {
      breaches = List.copyOf(breaches);
    }
  }

  /**
   * An exchange that broke a row.
   *
   * @param millis when that was said, in epoch milliseconds
   * @param device whose it was
   * @param message its messageId; empty if unknown
   * @param detail what was wrong
   */
  record Breach(long millis, String device, String message, String detail) {}

  /**
   * A record of the ledger, without what is large and nobody checks: a directive's text, a closed
   * turn's counts and times.
   *
   * @param millis when the broker appended it
   * @param seq its number among those of its attempt and turn, or of its owner and device
   * @param directive what is kept of the directive, if it is one
   */
  record Entry(
      int partition,
      long offset,
      long millis,
      OptionalInt seq,
      LedgerRecord record,
      Optional<Sent> directive) {
    /** The turn it is about. */
    Optional<TurnId> turn() {
      return record.about();
    }

    /** Where it stands, for people. */
    String place() {
      return partition + "@" + offset;
    }
  }

  /**
   * A directive as CIC sent it.
   *
   * @param contentIds of the attachments that it names
   */
  record Sent(String messageId, String name, Optional<String> dialog, List<String> contentIds) {
    /** Copies the list. */
    Sent {
      contentIds = List.copyOf(contentIds);
    }
  }

  /**
   * A device's stream from the router.
   *
   * @param number 1, 2 ... of the device
   * @param opened when the router had answered 200, in epoch milliseconds
   * @param ended when it was over
   */
  record Stream(String device, int number, long opened, long ended) {}

  /**
   * A device has acknowledged all up to a cursor: by a request, or by resuming after it.
   *
   * @param cursor as the device was told it
   * @param told how many things the device had been told by then
   * @param taken whether the router said that it has taken it: 204, or a stream that resumes
   */
  record Acknowledged(String device, String cursor, int told, boolean taken) {}

  /**
   * An attachment as a device fetched it.
   *
   * @param turn the turn of the directive that names it; empty where it has none
   * @param attachment Parley's name for it
   * @param status of the answer; 0 when none came
   * @param bytes how many came
   * @param sha256 of these, in lower case hex
   * @param whole whether the body came to its end
   */
  record Fetched(
      String device,
      String turn,
      String attachment,
      int status,
      long bytes,
      String sha256,
      boolean whole) {}
}
