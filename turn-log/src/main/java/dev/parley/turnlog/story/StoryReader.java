package dev.parley.turnlog.story;

import dev.parley.protocol.TurnId;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
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
    BoundedReading reading = new BoundedReading(consumer, silence);
    partitions(sought)
        .forEach(partition -> {
          PartitionStories of = new PartitionStories(sought, partition);
          stories.put(partition, of);
          reading.add(new TopicPartition(topics.speech(), partition), of::speech);
          reading.add(new TopicPartition(topics.ledger(), partition), of::ledger);
        });
    reading.read(since, progress);
    return new Result(
        stories.values().stream()
            .flatMap(of -> of.stories().stream())
            .sorted(Comparator.comparingLong(Story::firstMillis))
            .toList(),
        stories.values().stream().flatMap(of -> of.unreadable().stream()).toList(),
        stories.values().stream().flatMap(of -> of.nearby().stream()).toList(),
        reading.looked());
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
}
