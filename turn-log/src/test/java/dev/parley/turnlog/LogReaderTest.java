package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class LogReaderTest {
  private static final TopicPartition PARTITION = new TopicPartition("log", 0);
  private static final TopicPartition OTHER = new TopicPartition("other", 0);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
          super.seek(partition, offset);
          for (long n = 5; n < 10; n++) {
            addRecord(new ConsumerRecord<>("log", 0, n, new byte[0], new byte[0]));
          }
        }
      };

  private final LogReader reader = new LogReader(consumer, PARTITION);
  private final List<Long> read = new ArrayList<>();

  LogReaderTest() {
    consumer.updateBeginningOffsets(Map.of(PARTITION, 5L));
    consumer.updateEndOffsets(Map.of(PARTITION, 10L, OTHER, 77L));
  }

  private void read(long from, long to, Duration limit) {
    reader.read(from, to, limit, record -> read.add(record.offset()));
  }

  @Test
  void aStretchIsReadFromItsBeginUpToItsEnd() {
    read(6, 9, LONG);
    assertThat(read).containsExactly(6L, 7L, 8L);
  }

  @Test
  void whatRetentionHasRemovedIsLeftOut() {
    read(2, 7, LONG);
    assertThat(read).containsExactly(5L, 6L);
  }

  @Test
  void aStretchOfNothingAsksForNoRecord() {
    read(7, 7, LONG);
    assertThat(read).isEmpty();
  }

  @Test
  void itKnowsWherePartitionsEnd() {
    assertThat(reader.end()).isEqualTo(10);
    assertThat(reader.endOf(OTHER)).isEqualTo(77);
  }

  @Test
  void aKafkaThatGivesNothingIsNotWaitedForForEver() {
    assertThatThrownBy(() -> read(5, 12, Duration.ofMillis(1)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("log-0 up to 12");
    assertThat(read).containsExactly(5L, 6L, 7L, 8L, 9L);
  }

  @Test
  void itsConsumerIsClosedWithIt() {
    reader.close();
    assertThat(consumer.closed()).isTrue();
  }
}
