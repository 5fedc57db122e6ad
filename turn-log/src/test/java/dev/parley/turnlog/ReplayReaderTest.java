package dev.parley.turnlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplayReaderTest {
  private static final TopicPartition PARTITION = new TopicPartition("log", 0);

  private final AtomicInteger consumersThatFail = new AtomicInteger();

  /** Of consumers that can be had. */
  private final AtomicInteger readingsThatFail = new AtomicInteger();

  /** How often a record was asked for its key or its place. */
  private final AtomicInteger questions = new AtomicInteger();

  /** What was waited between two tries, or would have been. */
  private final List<Duration> pauses = new CopyOnWriteArrayList<>();

  private final ReplayReader reader = new ReplayReader(PARTITION, this::consumer, pauses::add);

  /** Counts what it is asked. */
  private final class Asked extends ConsumerRecord<byte[], byte[]> {
    Asked(long offset, String key) {
      super("log", 0, offset, key.getBytes(UTF_8), new byte[0]);
    }

    @Override
    public byte[] key() {
      questions.incrementAndGet();
      return super.key();
    }

    @Override
    public long offset() {
      questions.incrementAndGet();
      return super.offset();
    }
  }

  /** Ten records, of the keys a and b in turn. */
  private Consumer<byte[], byte[]> consumer() {
    if (consumersThatFail.getAndDecrement() > 0) {
      throw new KafkaException("not now");
    }
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("earliest") {
          @Override
          public synchronized void seek(TopicPartition partition, long offset) {
            super.seek(partition, offset);
            for (int n = 0; n < 10; n++) {
              addRecord(new Asked(n, n % 2 == 0 ? "a" : "b"));
            }
          }

          @Override
          public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            if (readingsThatFail.getAndDecrement() > 0) {
              throw new KafkaException("not now");
            }
            return super.poll(timeout);
          }
        };
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 10L));
    return consumer;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @AfterEach
  void close() {
    reader.close();
  }

  private static class Heard implements ReplayReader.Listener {
    final List<Long> offsets = new ArrayList<>();
    final CompletableFuture<Long> end = new CompletableFuture<>();

    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {
      offsets.add(record.offset());
    }

    @Override
    public void done(long to) {
      end.complete(to);
    }

    @Override
    public void failed(Throwable cause) {
      end.completeExceptionally(cause);
    }

    long end() throws Exception {
      return end.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aStretchIsReadFromItsBeginUpToItsEnd() throws Exception {
    Heard heard = new Heard();
    reader.read(3, 6, heard);
    assertThat(heard.end()).isEqualTo(6);
    assertThat(heard.offsets).containsExactly(3L, 4L, 5L);
  }

  @Test
  void anOpenStretchEndsWhereThePartitionDoes() throws Exception {
    Heard heard = new Heard();
    reader.read(8, ReplayReader.END, heard);
    assertThat(heard.end()).isEqualTo(10);
    assertThat(heard.offsets).containsExactly(8L, 9L);
  }

  @Test
  void whoWantsAKeyHearsOfNoOther() throws Exception {
    Heard a = new Heard();
    Heard b = new Heard();
    reader.read("a".getBytes(UTF_8), 0, 10, a);
    reader.read("b".getBytes(UTF_8), 5, ReplayReader.END, b);
    assertThat(a.end()).isEqualTo(10);
    assertThat(b.end()).isEqualTo(10);
    assertThat(a.offsets).containsExactly(0L, 2L, 4L, 6L, 8L);
    assertThat(b.offsets).containsExactly(5L, 7L, 9L);
  }

  /** How many questions one reading takes for a key, with so many more that are wanted. */
  private int questionsFor(int others) throws Exception {
    CountDownLatch allAsked = new CountDownLatch(1);
    List<Heard> heard = new ArrayList<>();
    questions.set(0);
    try (ReplayReader one =
        new ReplayReader(
            PARTITION,
            () -> {
              awaitQuietly(allAsked);
              return consumer();
            })) {
      for (int n = 0; n <= others; n++) {
        Heard listener = new Heard();
        heard.add(listener);
        one.read((n == 0 ? "a" : "other " + n).getBytes(UTF_8), 0, 10, listener);
      }
      allAsked.countDown();
      for (Heard listener : heard) {
        assertThat(listener.end()).isEqualTo(10);
      }
    }
    assertThat(heard.getFirst().offsets).hasSize(5);
    return questions.get();
  }

  @Test
  void howManyKeysAreWantedMakesNoRecordDearer() throws Exception {
    int alone = questionsFor(0);
    assertThat(questionsFor(200)).isEqualTo(alone);
  }

  @Test
  void aConsumerThatCannotBeHadIsAskedForAgainAndLaterEachTime() throws Exception {
    consumersThatFail.set(3);
    Heard heard = new Heard();
    reader.read(0, 2, heard);
    assertThat(heard.end()).isEqualTo(2);
    assertPausesGrow(pauses, 3);
  }

  @Test
  void whatCannotBeReadIsReadAgainAndLaterEachTime() throws Exception {
    readingsThatFail.set(3);
    Heard heard = new Heard();
    reader.read(0, 2, heard);
    assertThat(heard.end()).isEqualTo(2);
    assertPausesGrow(pauses, 3);
    pauses.clear();
    readingsThatFail.set(2);
    Heard later = new Heard();
    reader.read(0, 2, later);
    assertThat(later.end()).isEqualTo(2);
    assertPausesGrow(pauses, 2);
  }

  /** Between 100 and 200 ms first, and twice that each time. */
  private static void assertPausesGrow(List<Duration> pauses, int count) {
    assertThat(pauses).hasSize(count);
    for (int n = 0; n < count; n++) {
      assertThat(pauses.get(n))
          .isBetween(Duration.ofMillis(100L << n), Duration.ofMillis(200L << n));
    }
  }

  @Test
  void aListenerThatThrowsIsToldSoAndIsNoOthersMatter() throws Exception {
    Heard throwing =
        new Heard() {
          @Override
          public void record(ConsumerRecord<byte[], byte[]> record) {
            super.record(record);
            throw new IllegalStateException("it fails");
          }
        };
    Heard other = new Heard();
    reader.read(0, 4, throwing);
    reader.read(0, 4, other);
    assertThat(other.end()).isEqualTo(4);
    assertThat(other.offsets).hasSize(4);
    assertThat(throwing.end).isCompletedExceptionally();
    assertThat(throwing.offsets).containsExactly(0L);
    Heard later = new Heard();
    reader.read(9, 10, later);
    assertThat(later.end()).isEqualTo(10);
  }
}
