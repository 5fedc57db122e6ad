package dev.parley.turnlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplayReaderTest {
  private static final TopicPartition PARTITION = new TopicPartition("log", 0);

  private final AtomicInteger consumersThatFail = new AtomicInteger();
  private final ReplayReader reader = new ReplayReader(PARTITION, this::consumer);

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
              addRecord(
                  new ConsumerRecord<>(
                      "log", 0, n, (n % 2 == 0 ? "a" : "b").getBytes(UTF_8), new byte[0]));
            }
          }
        };
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 10L));
    return consumer;
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

  @Test
  void aConsumerThatCannotBeHadIsAskedForAgain() throws Exception {
    consumersThatFail.set(2);
    Heard heard = new Heard();
    reader.read(0, 2, heard);
    assertThat(heard.end()).isEqualTo(2);
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
