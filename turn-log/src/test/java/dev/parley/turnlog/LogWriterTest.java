package dev.parley.turnlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.record.RawRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What a writer accepts comes to Kafka in its order, also when the writer is closed meanwhile. */
final class LogWriterTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final MockProducer<byte[], byte[]> producer = new Producer();

  /** What became of each record, in the order in which that was told. */
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());

  private static class Producer extends MockProducer<byte[], byte[]> {
    Producer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
  }

  private void append(LogWriter writer, String key) {
    writer.append(
        new RawRecord(key, Map.of(), new byte[0]),
        new LogWriter.Done() {
          @Override
          public void appended(long offset) {
            told.add(key + "@" + offset);
          }

          @Override
          public void failed(Exception cause) {
            told.add(key + " " + cause.getMessage());
          }
        });
  }

  private static List<String> keys(MockProducer<byte[], byte[]> producer) {
    return producer.history().stream().map(record -> new String(record.key(), UTF_8)).toList();
  }

  @Test
  void whatWasAcceptedBeforeTheCloseIsHandedOver() throws InterruptedException {
    for (int round = 0; round < 2_000; round++) {
      producer.clear();
      told.clear();
      LogWriter writer = new LogWriter("t", 0, producer);
      append(writer, "a");
      append(writer, "b");
      append(writer, "c");
      writer.close();
      assertThat(writer.awaitEnd(SOON)).isTrue();
      assertThat(keys(producer)).containsExactly("a", "b", "c");
      assertThat(told).hasSize(3);
    }
  }

  @Test
  void anAppendAfterTheCloseFailsAtOnce() throws InterruptedException {
    LogWriter writer = new LogWriter("t", 3, producer);
    writer.close();
    append(writer, "late");
    assertThat(told).containsExactly("late the writer of t-3 is closed");
    assertThat(writer.awaitEnd(SOON)).isTrue();
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aRecordThatKafkaRefusesIsToldAndTheNextGoesOn() throws InterruptedException {
    Producer refusing =
        new Producer() {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (new String(record.key(), UTF_8).equals("bad")) {
              throw new TimeoutException("no room");
            }
            return super.send(record, callback);
          }
        };
    LogWriter writer = new LogWriter("t", 0, refusing);
    append(writer, "bad");
    append(writer, "good");
    writer.close();
    assertThat(writer.awaitEnd(SOON)).isTrue();
    assertThat(told).containsExactly("bad no room", "good@0");
  }

  @Test
  void whenKafkaStandsStillAWriterThatIsClosedEndsAllTheSame() throws InterruptedException {
    CountDownLatch standing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Producer stuck =
        new Producer() {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            standing.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return super.send(record, callback);
          }
        };
    LogWriter writer = new LogWriter("t", 0, stuck, Duration.ZERO);
    append(writer, "first");
    append(writer, "second");
    standing.await();
    writer.close();
    assertThat(writer.awaitEnd(Duration.ZERO)).isFalse();
    goOn.countDown();
    assertThat(writer.awaitEnd(SOON)).isTrue();
    assertThat(told).containsExactly("first@0", "second the writer of t-0 is closed");
  }
}
