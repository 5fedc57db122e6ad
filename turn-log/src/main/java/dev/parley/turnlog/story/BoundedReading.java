package dev.parley.turnlog.story;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * One pass over partitions: from where each begins, or from a time on, to where it ended when the
 * pass began. Each record goes to its partition's visitor, in the order of offsets. One thread;
 * blocks.
 */
final class BoundedReading {
  private static final Duration STEP = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final Duration silence;
  private final Map<TopicPartition, StretchReading> readings = new LinkedHashMap<>();

  /** {@code silence}: how long Kafka may say nothing while there is something to be read. */
  BoundedReading(Consumer<byte[], byte[]> consumer, Duration silence) {
    this.consumer = consumer;
    this.silence = silence;
  }

  /** Is given a partition's records. */
  @FunctionalInterface
  interface Visitor {
    void read(ConsumerRecord<byte[], byte[]> record);
  }

  /** A partition that is to be read too. */
  void add(TopicPartition partition, Visitor visitor) {
    readings.put(partition, new StretchReading(partition, visitor));
  }

  /**
   * Reads them all.
   *
   * @param since nothing that was appended before is read
   * @throws TimeoutException when Kafka says nothing for too long
   */
  void read(Optional<Instant> since, StoryReader.Progress progress) {
    begin(since);
    readAll(progress);
  }

  /** Where was read, in the order in which partitions were added. */
  List<StoryReader.Stretch> looked() {
    return readings.values().stream().map(StretchReading::stretch).toList();
  }

  /** Notes the ends, and goes to the beginnings. */
  private void begin(Optional<Instant> since) {
    Collection<TopicPartition> all = readings.keySet();
    consumer.assign(all);
    Map<TopicPartition, Long> ends = consumer.endOffsets(all, silence);
    Map<TopicPartition, Long> starts = new HashMap<>(consumer.beginningOffsets(all, silence));
    if (since.isPresent()) {
      Map<TopicPartition, Long> times = new HashMap<>();
      all.forEach(partition -> times.put(partition, since.get().toEpochMilli()));
      Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, silence);
      for (TopicPartition partition : all) {
        OffsetAndTimestamp first = found.get(partition);
        starts.put(partition, first == null ? ends.getOrDefault(partition, 0L) : first.offset());
      }
    }
    readings.forEach((partition, reading) -> {
      long from = starts.getOrDefault(partition, 0L);
      reading.begin(from, ends.getOrDefault(partition, 0L));
      consumer.seek(partition, from);
    });
    pauseWhatIsRead();
  }

  private void readAll(StoryReader.Progress progress) {
    long records = 0;
    long total = readings.values().stream().mapToLong(StretchReading::length).sum();
    long sign = System.nanoTime();
    while (readings.values().stream().anyMatch(reading -> !reading.isDone())) {
      ConsumerRecords<byte[], byte[]> batch = consumer.poll(STEP);
      boolean further = false;
      for (ConsumerRecord<byte[], byte[]> record : batch) {
        StretchReading reading =
            readings.get(new TopicPartition(record.topic(), record.partition()));
        if (reading != null && reading.record(record)) {
          records++;
        }
      }
      for (Map.Entry<TopicPartition, StretchReading> entry : readings.entrySet()) {
        if (!entry.getValue().isDone()) {
          // Not every offset has a record: where the next one would be says more.
          further |= entry.getValue().moveTo(consumer.position(entry.getKey(), silence));
        }
      }
      if (further) {
        sign = System.nanoTime();
        pauseWhatIsRead();
      } else if (System.nanoTime() - sign > silence.toNanos()) {
        throw silent();
      }
      long left = readings.values().stream().mapToLong(StretchReading::left).sum();
      progress.read(records, total == 0 ? 100 : (int) ((total - left) * 100 / total));
    }
  }

  /** What comes after the ends is not fetched. */
  private void pauseWhatIsRead() {
    List<TopicPartition> done = new ArrayList<>();
    readings.forEach((partition, reading) -> {
      if (reading.isDone()) {
        done.add(partition);
      }
    });
    consumer.pause(done);
  }

  private TimeoutException silent() {
    String stuck =
        readings.values().stream()
            .filter(reading -> !reading.isDone())
            .findFirst()
            .map(StretchReading::progress)
            .orElseThrow();
    return new TimeoutException(
        "Kafka has said nothing for " + silence.toSeconds() + " s: " + stuck);
  }
}
