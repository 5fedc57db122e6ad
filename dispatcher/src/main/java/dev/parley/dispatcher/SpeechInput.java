package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Input;
import dev.parley.dispatcher.flow.RecordReason.Aside;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads what stands in a speech partition. A record that can't be read names its turn if it can, so
 * that the turn gets an end rather than silence. Pure.
 *
 * @param partitions N of all topics
 * @param wall how old a record is goes by it, for the broker's time is a wall clock's too
 */
record SpeechInput(int partitions, InstantSource wall) {
  Input read(ConsumerRecord<byte[], byte[]> record) {
    RawRecord raw = KafkaRecords.fromKafka(record);
    try {
      SpeechRecord speech = SpeechRecord.parse(raw);
      return isAtHome(raw, record)
          ? new Input.Speech(record.offset(), record.timestamp(), age(record), speech)
          : misrouted(record);
    } catch (MalformedException e) {
      boolean begins = "begin".equals(raw.headers().get("kind"));
      return unreadable(
          record,
          raw,
          Aside.UNREADABLE,
          String.valueOf(e.getMessage()),
          begins ? Known.BAD_METADATA : Known.GAP);
    }
  }

  /** In milliseconds. */
  long age(ConsumerRecord<byte[], byte[]> record) {
    return wall.millis() - record.timestamp();
  }

  /** The record as one that a dispatcher has failed on. */
  Input unfit(ConsumerRecord<byte[], byte[]> record) {
    return unreadable(record, KafkaRecords.fromKafka(record), Aside.INTERNAL, "", Known.INTERNAL);
  }

  private Input unreadable(
      ConsumerRecord<byte[], byte[]> record,
      RawRecord raw,
      Aside reason,
      String detail,
      Ending ending) {
    try {
      if (!isAtHome(raw, record)) {
        return misrouted(record);
      }
      return new Input.Unreadable(
          record.offset(),
          reason,
          detail,
          Optional.of(
              new Input.Unreadable.Of(
                  raw.turn(),
                  "begin".equals(raw.headers().get("kind")),
                  record.timestamp(),
                  ending)));
    } catch (MalformedException e) {
      return new Input.Unreadable(record.offset(), reason, detail, Optional.empty());
    }
  }

  private boolean isAtHome(RawRecord raw, ConsumerRecord<byte[], byte[]> record)
      throws MalformedException {
    return DevicePartition.of(raw.turn().device(), partitions) == record.partition();
  }

  private static Input misrouted(ConsumerRecord<byte[], byte[]> record) {
    return new Input.Unreadable(
        record.offset(),
        Aside.MISROUTED,
        "its device belongs to another partition",
        Optional.empty());
  }
}
