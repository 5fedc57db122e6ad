package dev.parley.router;

import dev.parley.protocol.record.RawRecord;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.LogWriter;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where records go that could not be used. Must not block. */
@FunctionalInterface
interface DeadLetters {
  /**
   * Sets a record aside.
   *
   * @param reason a slug
   * @param detail one sentence
   */
  void add(ConsumerRecord<byte[], byte[]> record, String reason, String detail);

  /**
   * Appends them as they are, with {@code reason}, {@code detail} and {@code origin} as headers.
   */
  static DeadLetters to(LogWriter writer) {
    Logger log = LoggerFactory.getLogger(DeadLetters.class);
    return (record, reason, detail) -> {
      String origin = record.topic() + "-" + record.partition() + "@" + record.offset();
      RawRecord raw = KafkaRecords.fromKafka(record);
      Map<String, String> headers = new HashMap<>(raw.headers());
      headers.put("reason", reason);
      headers.put("detail", detail);
      headers.put("origin", origin);
      log.warn("{} set aside as {}: {}", origin, reason, detail);
      writer.append(
          new RawRecord(raw.key(), headers, raw.value()),
          new LogWriter.Done() {
            @Override
            public void appended(long offset) {
              log.debug("{} is dead letter {}", origin, offset);
            }

            @Override
            public void failed(Exception cause) {
              log.error("{} could not be set aside: {}", origin, cause.toString());
            }
          });
    };
  }
}
