package dev.parley.turnlog.story;

import dev.parley.protocol.TurnId;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads the stories of turns from {@code parley.speech} and {@code parley.ledger}: of the one
 * partition where a device's records stand, or of all. Reads no further than the topics ended when
 * it began, belongs to no group and commits nothing. One thread; blocks.
 */
public final class StoryReader {
  private static final Duration STEP = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final Topics topics;
  private final Duration silence;

  /**
   * A reader.
   *
   * @param consumer outside any group; used by this reader alone, and not closed by it
   * @param silence how long Kafka may say nothing while there is something to be read
   */
  public StoryReader(Consumer<byte[], byte[]> consumer, Topics topics, Duration silence) {
    this.consumer = consumer;
    this.topics = topics;
    this.silence = silence;
  }

  /** Told how far the reading has got, after every fetch. */
  @FunctionalInterface
  public interface Progress {
    /**
     * So much is read.
     *
     * @param records that were read
     * @param percent of what is to be read, 0 to 100
     */
    void read(long records, int percent);
  }

  /**
   * A stretch of a partition that was looked through.
   *
   * @param from the first offset
   * @param to the offset behind the last
   * @param firstMillis when its first record was appended, in epoch milliseconds; empty where it
   *     has none
   */
  public record Stretch(
      String topic, int partition, long from, long to, OptionalLong firstMillis) {}

  /**
   * What was found.
   *
   * @param stories of the turns asked for, in the order in which they began; none if there are none
   * @param unreadable records that bear an id asked for and can't be read, nor laid to a turn
   * @param nearby turns that may have been meant
   * @param looked where was looked
   */
  public record Result(
      List<Story> stories, List<StoryEntry> unreadable, List<TurnId> nearby, List<Stretch> looked) {
    /** Copies the lists. */
    public Result {
      stories = List.copyOf(stories);
      unreadable = List.copyOf(unreadable);
      nearby = List.copyOf(nearby);
      looked = List.copyOf(looked);
    }
  }

  /**
   * Reads what Kafka holds of the turns asked for.
   *
   * @param since nothing that was appended before is looked at; whose claim stood then is not known
   * @throws TimeoutException when Kafka says nothing for too long
   * @throws KafkaException when it can't be read
   */
  public Result read(Sought sought, Optional<Instant> since, Progress progress) {
    Map<Integer, PartitionStories> stories = new LinkedHashMap<>();
    Map<TopicPartition, Reading> readings = new LinkedHashMap<>();
    partitions(sought)
        .forEach(partition -> {
          PartitionStories of = new PartitionStories(sought, partition);
          stories.put(partition, of);
          readings.put(new TopicPartition(topics.speech(), partition), new Reading(of::speech));
          readings.put(new TopicPartition(topics.ledger(), partition), new Reading(of::ledger));
        });
    begin(readings, since);
    readAll(readings, progress);
    return new Result(
        stories.values().stream()
            .flatMap(of -> of.stories().stream())
            .sorted(Comparator.comparingLong(Story::firstMillis))
            .toList(),
        stories.values().stream().flatMap(of -> of.unreadable().stream()).toList(),
        stories.values().stream().flatMap(of -> of.nearby().stream()).toList(),
        readings.entrySet().stream().map(entry -> entry.getValue().at(entry.getKey())).toList());
  }

  private IntStream partitions(Sought sought) {
    List<PartitionInfo> found = consumer.partitionsFor(topics.speech(), silence);
    if (found == null || found.isEmpty()) {
      throw new KafkaException("Kafka has no topic " + topics.speech());
    }
    return sought
        .device()
        .map(device -> IntStream.of(DevicePartition.of(device, found.size())))
        .orElseGet(() -> IntStream.range(0, found.size()));
  }

  /** Notes the ends, and goes to the beginnings. */
  private void begin(Map<TopicPartition, Reading> readings, Optional<Instant> since) {
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
      reading.from = starts.getOrDefault(partition, 0L);
      reading.to = Math.max(reading.from, ends.getOrDefault(partition, 0L));
      reading.position = reading.from;
      consumer.seek(partition, reading.from);
    });
    pauseWhatIsRead(readings);
  }

  private void readAll(Map<TopicPartition, Reading> readings, Progress progress) {
    long records = 0;
    long total = readings.values().stream().mapToLong(reading -> reading.to - reading.from).sum();
    long sign = System.nanoTime();
    while (readings.values().stream().anyMatch(reading -> !reading.isDone())) {
      ConsumerRecords<byte[], byte[]> batch = consumer.poll(STEP);
      boolean further = false;
      for (ConsumerRecord<byte[], byte[]> record : batch) {
        Reading reading = readings.get(new TopicPartition(record.topic(), record.partition()));
        if (reading != null && record.offset() < reading.to) {
          reading.record(record);
          records++;
        }
      }
      for (Map.Entry<TopicPartition, Reading> entry : readings.entrySet()) {
        if (!entry.getValue().isDone()) {
          // Not every offset has a record: where the next one would be says more.
          long position = consumer.position(entry.getKey(), silence);
          further |= position > entry.getValue().position;
          entry.getValue().position = position;
        }
      }
      if (further) {
        sign = System.nanoTime();
        pauseWhatIsRead(readings);
      } else if (System.nanoTime() - sign > silence.toNanos()) {
        throw silent(readings);
      }
      long left = readings.values().stream().mapToLong(Reading::left).sum();
      progress.read(records, total == 0 ? 100 : (int) ((total - left) * 100 / total));
    }
  }

  /** What comes after the ends is not fetched. */
  private void pauseWhatIsRead(Map<TopicPartition, Reading> readings) {
    List<TopicPartition> done = new ArrayList<>();
    readings.forEach((partition, reading) -> {
      if (reading.isDone()) {
        done.add(partition);
      }
    });
    consumer.pause(done);
  }

  private TimeoutException silent(Map<TopicPartition, Reading> readings) {
    Map.Entry<TopicPartition, Reading> stuck =
        readings.entrySet().stream()
            .filter(entry -> !entry.getValue().isDone())
            .findFirst()
            .orElseThrow();
    return new TimeoutException(
        "Kafka has said nothing for "
            + silence.toSeconds()
            + " s: "
            + stuck.getKey()
            + " is read up to offset "
            + stuck.getValue().position
            + " of "
            + stuck.getValue().to);
  }

  /** One partition of one topic, while it is read. */
  private static final class Reading {
    private final java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> visitor;
    private long from;
    private long to;
    private long position;
    private OptionalLong firstMillis = OptionalLong.empty();

    Reading(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
      this.visitor = visitor;
    }

    boolean isDone() {
      return position >= to;
    }

    long left() {
      return Math.max(0, to - position);
    }

    void record(ConsumerRecord<byte[], byte[]> record) {
      if (firstMillis.isEmpty()) {
        firstMillis = OptionalLong.of(record.timestamp());
      }
      visitor.accept(record);
    }

    Stretch at(TopicPartition partition) {
      return new Stretch(partition.topic(), partition.partition(), from, to, firstMillis);
    }
  }
}
