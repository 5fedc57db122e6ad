package dev.parley.turnlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.record.RawRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
    append(writer, key, new byte[0]);
  }

  private void append(LogWriter writer, String key, byte[] value) {
    writer.append(
        new RawRecord(key, Map.of(), value),
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
      LogWriter writer = new LogWriter("t", 0, producer, new BrokerClock());
      append(writer, "a");
      append(writer, "b");
      append(writer, "c");
      writer.close();
      assertThat(writer.awaitEnd(SOON)).isTrue();
      assertThat(keys(producer)).containsExactly("a", "b", "c");
      assertThat(told).hasSize(3);
    }
  }

  /** Kafka's client passes over what callbacks throw: nobody would hear of the record. */
  @Test
  void whoCannotTakeItsOffsetIsToldThatItFailed() throws InterruptedException {
    LogWriter writer = new LogWriter("t", 0, producer, new BrokerClock());
    writer.append(
        new RawRecord("a", Map.of(), new byte[0]),
        new LogWriter.Done() {
          @Override
          public void appended(long offset) {
            throw new IllegalStateException("not now");
          }

          @Override
          public void failed(Exception cause) {
            told.add("failed: " + cause.getMessage());
          }
        });
    append(writer, "b");
    writer.close();
    assertThat(writer.awaitEnd(SOON)).isTrue();
    assertThat(told).containsExactly("failed: what was appended could not be taken", "b@1");
  }

  @Test
  void anAppendAfterTheCloseFailsAtOnce() throws InterruptedException {
    LogWriter writer = new LogWriter("t", 3, producer, new BrokerClock());
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
    LogWriter writer = new LogWriter("t", 0, refusing, new BrokerClock());
    append(writer, "bad");
    append(writer, "good");
    writer.close();
    assertThat(writer.awaitEnd(SOON)).isTrue();
    assertThat(told).containsExactly("bad no room", "good@0");
  }

  /** Kafka's client may be at fault itself, or lack a class: whoever appends behind goes on. */
  @Test
  void whateverTheProducerThrowsIsToldAndTheNextGoesOn() throws InterruptedException {
    Producer broken =
        new Producer() {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            switch (new String(record.key(), UTF_8)) {
              case "exception" -> throw new NullPointerException("of the client");
              case "error" -> throw new NoClassDefFoundError("of the client");
              default -> {}
            }
            return super.send(record, callback);
          }
        };
    LogWriter writer = new LogWriter("t", 0, broken, new BrokerClock());
    append(writer, "exception");
    append(writer, "error");
    append(writer, "good");
    writer.close();
    assertThat(writer.awaitEnd(SOON)).isTrue();
    assertThat(told)
        .containsExactly(
            "exception Kafka's client has failed: java.lang.NullPointerException: of the client",
            "error Kafka's client has failed: java.lang.NoClassDefFoundError: of the client",
            "good@0");
  }

  @Test
  void whoThrowsWhenToldOfAFailureHoldsUpNobodyBehind() throws InterruptedException {
    Producer away =
        new Producer() {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            throw new TimeoutException("no room");
          }
        };
    LogWriter writer = new LogWriter("t", 0, away, new BrokerClock());
    writer.append(
        new RawRecord("a", Map.of(), new byte[0]),
        new LogWriter.Done() {
          @Override
          public void appended(long offset) {}

          @Override
          public void failed(Exception cause) {
            throw new IllegalStateException("not now");
          }
        });
    append(writer, "b");
    writer.close();
    assertThat(writer.awaitEnd(SOON)).isTrue();
    assertThat(told).containsExactly("b no room");
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
            awaitQuietly(goOn);
            return super.send(record, callback);
          }
        };
    LogWriter writer = new LogWriter("t", 0, stuck, new BrokerClock(), Duration.ZERO);
    append(writer, "first");
    append(writer, "second");
    standing.await();
    writer.close();
    assertThat(writer.awaitEnd(Duration.ZERO)).isFalse();
    goOn.countDown();
    assertThat(writer.awaitEnd(SOON)).isTrue();
    assertThat(told).containsExactly("first@0", "second the writer of t-0 is closed");
  }

  @Test
  void whenKafkaTakesNothingInTimeWhatWaitsBehindFailsWithIt() throws InterruptedException {
    CountDownLatch standing = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Producer away =
        new Producer() {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            standing.countDown();
            awaitQuietly(over);
            // As Kafka's own does when there is no room for max.block.ms.
            callback.onCompletion(null, new TimeoutException("no room"));
            return new CompletableFuture<>();
          }
        };
    LogWriter writer = new LogWriter("t", 0, away, new BrokerClock());
    append(writer, "first");
    standing.await();
    append(writer, "second");
    append(writer, "third");
    over.countDown();
    writer.close();
    assertThat(writer.awaitEnd(SOON)).isTrue();
    assertThat(told).containsExactly("first no room", "second no room", "third no room");
  }

  @Test
  void whoAppendsMoreThanThereIsRoomForWaits() throws Exception {
    CountDownLatch standing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Producer slow =
        new Producer() {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            standing.countDown();
            awaitQuietly(goOn);
            return super.send(record, callback);
          }
        };
    LogWriter writer = new LogWriter("t", 0, slow, new BrokerClock());
    byte[] most = new byte[LogWriter.ROOM];
    append(writer, "taken", most);
    standing.await();
    append(writer, "waits", most);
    Thread appends = Thread.ofVirtual().start(() -> append(writer, "has no room", most));
    assertThat(appends.join(Duration.ofMillis(50))).isFalse();
    goOn.countDown();
    assertThat(appends.join(SOON)).isTrue();
    writer.close();
    assertThat(writer.awaitEnd(SOON)).isTrue();
    assertThat(told).containsExactly("taken@0", "waits@1", "has no room@2");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
