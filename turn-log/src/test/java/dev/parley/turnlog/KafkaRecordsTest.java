package dev.parley.turnlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.record.RawRecord;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class KafkaRecordsTest {
  private static ConsumerRecord<byte[], byte[]> read(ProducerRecord<byte[], byte[]> sent) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(sent.topic(), sent.partition(), 0, sent.key(), sent.value());
    sent.headers().forEach(record.headers()::add);
    return record;
  }

  @Test
  void whatIsSentIsWhatIsRead() {
    ProducerRecord<byte[], byte[]> sent =
        KafkaRecords.toKafka(
            "log", 3, new RawRecord("k", Map.of("v", "1", "kind", "é"), new byte[] {7}));
    assertThat(sent.topic()).isEqualTo("log");
    assertThat(sent.partition()).isEqualTo(3);
    RawRecord read = KafkaRecords.fromKafka(read(sent));
    assertThat(read.key()).isEqualTo("k");
    assertThat(read.headers()).containsOnly(Map.entry("v", "1"), Map.entry("kind", "é"));
    assertThat(read.value()).containsExactly(7);
  }

  @Test
  void anEmptyKeyIsNoneInKafkaAndNoKeyAndNoValueAreEmptyHere() {
    assertThat(KafkaRecords.toKafka("log", 0, new RawRecord("", Map.of(), new byte[0])).key())
        .isNull();
    RawRecord read = KafkaRecords.fromKafka(new ConsumerRecord<>("log", 0, 0, null, null));
    assertThat(read.key()).isEmpty();
    assertThat(read.value()).isEmpty();
  }

  @Test
  void aTombstoneHasNoValue() {
    ProducerRecord<byte[], byte[]> sent =
        KafkaRecords.toKafka("log", 0, RawRecord.tombstone("kitchen"));
    assertThat(sent.key()).isEqualTo("kitchen".getBytes(UTF_8));
    assertThat(sent.value()).isNull();
    assertThat(KafkaRecords.fromKafka(read(sent)).isTombstone()).isTrue();
    RawRecord end = new RawRecord("k", Map.of("kind", "end"), new byte[0]);
    assertThat(KafkaRecords.toKafka("log", 0, end).value()).isEmpty();
  }

  @Test
  void ofAHeaderThatStandsTwiceTheLastCountsAndOneWithoutAValueIsNone() {
    ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("log", 0, 0, null, null);
    record.headers().add("kind", "first".getBytes(UTF_8));
    record.headers().add("kind", "second".getBytes(UTF_8));
    record.headers().add("empty", null);
    assertThat(KafkaRecords.fromKafka(record).headers()).containsOnly(Map.entry("kind", "second"));
  }
}
