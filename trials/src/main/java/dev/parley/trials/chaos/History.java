package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import java.util.List;
import java.util.Optional;

/**
 * What happened in one run, as those saw it who stand outside of Parley, and the ledger.
 *
 * @param published what devices spoke
 * @param received what the endpoint heard
 * @param ledger what Parley wrote down, partition by partition, each in its order
 * @param told what each device was told, in its order
 */
record History(
    List<Published> published, List<Received> received, List<Entry> ledger, List<Told> told) {
  /** Copies the lists. */
  History {
    published = List.copyOf(published);
    received = List.copyOf(received);
    ledger = List.copyOf(ledger);
    told = List.copyOf(told);
  }

  /**
   * A turn whose {@code begin} Kafka has taken: an accepted one.
   *
   * @param prefixes hashes of the audio; those with a chunk that Kafka may have taken without
   *     saying so are among them
   * @param bytes all the audio that Kafka has acknowledged
   * @param end how its publishing ended
   */
  record Published(TurnId turn, Prefixes prefixes, long bytes, End end) {}

  /** How the publishing of a turn ended. */
  enum End {
    /** Kafka has the {@code end}. */
    ENDED,
    /** Kafka did not acknowledge a record, and nothing was sent after it. */
    BROKEN_OFF
  }

  /**
   * An upload at the endpoint.
   *
   * @param sha256 of all audio received
   * @param whole whether the body came to its end; else it was reset or refused
   */
  record Received(TurnId turn, long bytes, String sha256, boolean whole) {}

  /**
   * A record of the ledger, without what is large and nobody checks: a directive's text, a closed
   * turn's counts and times.
   *
   * @param millis when the broker appended it
   * @param messageId of the directive, if it is one
   */
  record Entry(
      int partition, long offset, long millis, LedgerRecord record, Optional<String> messageId) {
    /** The turn it is about. */
    Optional<TurnId> turn() {
      return switch (record) {
        case LedgerRecord.Owner o -> Optional.empty();
        case LedgerRecord.Release r -> Optional.empty();
        case LedgerRecord.TurnBegun t -> Optional.of(t.turn());
        case LedgerRecord.TurnSent t -> Optional.of(t.turn());
        case LedgerRecord.DirectiveReceived d -> d.turn();
        case LedgerRecord.AttachmentBegun a -> a.turn();
        case LedgerRecord.AttachmentEnded a -> a.turn();
        case LedgerRecord.TurnClosed t -> Optional.of(t.turn());
      };
    }

    /** Where it stands, for people. */
    String place() {
      return partition + "@" + offset;
    }
  }

  /** Something that a device was told. */
  sealed interface Told {
    String device();

    /** Which of the device's streams it came by: 1, 2 ... What is repeated on a later is none. */
    int stream();

    /** The messageId of the turn; empty where it concerns none. */
    String turn();

    /**
     * A directive.
     *
     * @param made whether Parley made it in CIC's stead
     */
    record Directive(
        String device,
        int stream,
        String turn,
        Optional<String> dialog,
        String messageId,
        String name,
        boolean made)
        implements Told {}

    /** That a turn is over. */
    record Closed(String device, int stream, String turn, Attempt attempt, TurnStatus status)
        implements Told {}
  }
}
