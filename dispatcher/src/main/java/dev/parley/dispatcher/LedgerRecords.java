package dev.parley.dispatcher;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.KafkaRecords;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what stands in the ledger. Any thread. */
final class LedgerRecords {
  private static final Logger log = LoggerFactory.getLogger(LedgerRecords.class);

  private LedgerRecords() {}

  /** The record; empty when it is none, which is logged. */
  static Optional<LedgerRecord> parse(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.of(LedgerRecord.parse(KafkaRecords.fromKafka(record)));
    } catch (MalformedException e) {
      log.warn(
          "ledger record at {}-{}@{} can't be read and is passed over: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
      return Optional.empty();
    }
  }
}
