package dev.parley.turnlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.record.RawRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  private final DeadLetters letters = new DeadLetters(Topics.DEFAULT, 2, producer, "router");
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());

  private final LogWriter.Done done =
      new LogWriter.Done() {
        @Override
        public void appended(long offset) {
          told.add("appended");
        }

        @Override
        public void failed(Exception cause) {
          told.add("failed");
        }
      };

  private static ConsumerRecord<byte[], byte[]> found() {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("parley.speech", 2, 42, "key".getBytes(UTF_8), new byte[] {1, 2});
    record.headers().add("kind", "audio".getBytes(UTF_8));
    return record;
  }

  private RawRecord written() throws InterruptedException {
    letters.close();
    assertThat(letters.awaitEnd(LONG)).isTrue();
    assertThat(producer.history()).hasSize(1);
    ProducerRecord<byte[], byte[]> sent = producer.history().getFirst();
    assertThat(sent.topic()).isEqualTo("parley.dead-letters");
    assertThat(sent.partition()).isEqualTo(2);
    ConsumerRecord<byte[], byte[]> read =
        new ConsumerRecord<>(sent.topic(), 2, 0, sent.key(), sent.value());
    sent.headers().forEach(read.headers()::add);
    return KafkaRecords.fromKafka(read);
  }

  @Test
  void aRecordIsKeptAsItWasFoundWithWhyAndWhence() throws Exception {
    letters.add(found(), "no turn");
    RawRecord written = written();
    assertThat(written.key()).isEqualTo("key");
    assertThat(written.value()).containsExactly(1, 2);
    assertThat(written.headers())
        .containsOnly(
            Map.entry("kind", "audio"),
            Map.entry("dead-reason", "no turn"),
            Map.entry("dead-origin", "parley.speech-2@42"),
            Map.entry("dead-by", "router"));
  }

  @Test
  void aValueThatIsTooLargeForOneRecordIsLeftOut() throws Exception {
    ConsumerRecord<byte[], byte[]> large =
        new ConsumerRecord<>(
            "parley.speech", 2, 42, "key".getBytes(UTF_8), new byte[DeadLetters.MOST_VALUE + 1]);
    letters.add(large, "unreadable", done);
    RawRecord written = written();
    assertThat(written.value()).isEmpty();
    assertThat(written.headers())
        .containsEntry("dead-value", "left out: 1000001 bytes are too many for one record")
        .containsEntry("dead-origin", "parley.speech-2@42");
    assertThat(told).containsExactly("appended");
  }

  @Test
  void aReasonIsKeptUpToThreeHundredCharacters() throws Exception {
    letters.add(found(), "x".repeat(301), done);
    assertThat(written().headers()).containsEntry("dead-reason", "x".repeat(300));
    assertThat(told).containsExactly("appended");
  }

  @Test
  void afterItsCloseNothingIsTaken() throws Exception {
    letters.close();
    assertThat(letters.awaitEnd(LONG)).isTrue();
    letters.add(found(), "late", done);
    letters.add(found(), "late");
    assertThat(told).containsExactly("failed");
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void whileItIsOpenItHasNotEnded() throws Exception {
    assertThat(letters.awaitEnd(Duration.ofMillis(1))).isFalse();
    letters.close();
  }
}
