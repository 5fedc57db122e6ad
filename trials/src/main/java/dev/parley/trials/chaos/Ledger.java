package dev.parley.trials.chaos;

import dev.parley.cli.command.CommandException;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.Stamp;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Sent;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.LogReader;
import dev.parley.turnlog.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads all of the ledger. */
final class Ledger {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Ledger() {}

  static List<Entry> read(KafkaSettings kafka, Topics topics, int partitions)
      throws CommandException {
    List<Entry> entries = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      TopicPartition id = new TopicPartition(topics.ledger(), partition);
      try (LogReader reader = new LogReader(kafka.reader("chaos-checker"), id)) {
        reader.read(0, reader.end(), LIMIT, record -> entries.add(entry(record)));
      } catch (KafkaException | IllegalStateException e) {
        throw new CommandException("the ledger can't be read: " + e.getMessage(), e);
      }
    }
    return entries;
  }

  private static Entry entry(ConsumerRecord<byte[], byte[]> record) {
    try {
      RawRecord raw = KafkaRecords.fromKafka(record);
      LedgerRecord parsed = LedgerRecord.parse(raw);
      Optional<Sent> sent = Optional.empty();
      if (parsed instanceof LedgerRecord.DirectiveReceived received) {
        Directive directive = Directive.parse(received.json());
        sent =
            Optional.of(
                new Sent(
                    directive.header().messageId(),
                    directive.header().fullName(),
                    directive.header().dialogRequestId(),
                    directive.contentIds()));
      }
      return new Entry(
          record.partition(),
          record.offset(),
          record.timestamp(),
          Stamp.of(raw).seq(),
          slim(parsed),
          sent);
    } catch (MalformedException e) {
      throw new IllegalStateException(
          "record " + record.partition() + "@" + record.offset() + ": " + e.getMessage(), e);
    }
  }

  /** A long run has many. */
  private static LedgerRecord slim(LedgerRecord record) {
    return switch (record) {
      case LedgerRecord.DirectiveReceived d ->
          new LedgerRecord.DirectiveReceived(
              d.device(), d.turn(), d.attempt(), d.channel(), new byte[0]);
      case LedgerRecord.TurnClosed t ->
          new LedgerRecord.TurnClosed(
              t.turn(), t.attempt(), t.status(), t.reason(), t.detail(), Map.of(), Map.of());
      case LedgerRecord.Owner _,
          LedgerRecord.Release _,
          LedgerRecord.Renewal _,
          LedgerRecord.TurnLeft _,
          LedgerRecord.TurnBegun _,
          LedgerRecord.TurnSent _,
          LedgerRecord.AttachmentBegun _,
          LedgerRecord.AttachmentEnded _ ->
          record;
    };
  }
}
