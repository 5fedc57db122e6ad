package dev.parley.dispatcher;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.DeviceRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.turnlog.Backoff;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.LogReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code parley.devices} for whoever has taken a partition over: {@value #AT_ONCE} partitions
 * at a time, each on a virtual thread of its own, and again until it is read. Any thread.
 */
final class DeviceReader {
  /** Each has a consumer. */
  static final int AT_ONCE = 2;

  private static final Logger log = LoggerFactory.getLogger(DeviceReader.class);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final String topic;
  private final int partitions;
  private final IntFunction<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers;
  private final int most;
  private final Semaphore turns = new Semaphore(AT_ONCE, true);

  /**
   * Reads nothing yet.
   *
   * @param partitions how many there are: a device that belongs to another is none of this one's
   * @param consumers makes one that belongs to no group, for a partition
   * @param most how many devices of a partition are wanted
   */
  DeviceReader(
      String topic,
      int partitions,
      IntFunction<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers,
      int most) {
    this.topic = topic;
    this.partitions = partitions;
    this.consumers = consumers;
    this.most = most;
  }

  /**
   * What a partition says.
   *
   * @param lastUse of each device, in epoch milliseconds by the broker's clock, the oldest first
   * @param misplaced devices that belong to other partitions: there were fewer when they were
   *     written
   * @param left how many there was no room for, or more: those that were not in use for longest
   */
  record Known(SequencedMap<String, Long> lastUse, Set<String> misplaced, int left) {}

  /**
   * Reads a partition to its end.
   *
   * @param told what stands there, once, on a thread of its own; never when {@code closed} comes
   *     first
   * @return its thread
   */
  Thread read(int partition, CountDownLatch closed, Consumer<Known> told) {
    return Thread.ofVirtual()
        .name("devices-" + partition)
        .start(() -> run(partition, closed, told));
  }

  private void run(int partition, CountDownLatch closed, Consumer<Known> told) {
    Backoff backoff =
        new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), RandomGenerator.getDefault());
    int failures = 0;
    try {
      while (closed.getCount() > 0) {
        turns.acquire();
        try {
          if (closed.getCount() == 0) {
            return;
          }
          Known known = read(partition);
          if (failures > 0) {
            log.info("{}-{} is read, after {} tries that failed", topic, partition, failures);
          }
          told.accept(known);
          return;
        } catch (InterruptException e) {
          throw e;
        } catch (RuntimeException e) {
          if (failures++ == 0) {
            log.warn(
                "{}-{} can't be read yet, so its devices hear nothing until they speak: {}",
                topic,
                partition,
                e.toString());
          }
        } finally {
          turns.release();
        }
        boolean _ = closed.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Known read(int partition) {
    Reading reading = new Reading(partition);
    try (LogReader reader =
        new LogReader(consumers.apply(partition), new TopicPartition(topic, partition))) {
      reader.read(0, reader.end(), LIMIT, reading::record);
    }
    if (reading.unreadable > 0) {
      log.warn("{}-{}: {} records can't be read", topic, partition, reading.unreadable);
    }
    return new Known(reading.lastUse, reading.misplaced, reading.left);
  }

  /** One pass over a partition. */
  private final class Reading {
    private final int partition;
    private final SequencedMap<String, Long> lastUse = new LinkedHashMap<>();
    private final Set<String> misplaced = new HashSet<>();
    private int left;
    private int unreadable;

    Reading(int partition) {
      this.partition = partition;
    }

    void record(ConsumerRecord<byte[], byte[]> record) {
      RawRecord raw = KafkaRecords.fromKafka(record);
      var _ = lastUse.remove(raw.key());
      misplaced.remove(raw.key());
      if (record.value() == null) {
        return;
      }
      try {
        put(DeviceRecord.parse(raw).device(), record.timestamp());
      } catch (MalformedException e) {
        unreadable++;
      }
    }

    private void put(String device, long millis) {
      if (DevicePartition.of(device, partitions) != partition) {
        if (misplaced.size() < most) {
          misplaced.add(device);
        }
        return;
      }
      lastUse.putLast(device, millis);
      if (lastUse.size() > most) {
        left++;
        var _ = lastUse.pollFirstEntry();
      }
    }
  }
}
