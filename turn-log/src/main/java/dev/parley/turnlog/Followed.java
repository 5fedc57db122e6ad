package dev.parley.turnlog;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** The partitions that are followed by a {@link LogTail}. Any thread, but as it says. */
final class Followed {
  private final List<Following> followings = new CopyOnWriteArrayList<>();
  private final Semaphore changes = new Semaphore(0);
  private volatile Runnable wakeUp = () -> {};

  Following add(TopicPartition partition, long from, LogTail.Follower follower) {
    Following following = new Following(partition, from, follower, this::changed);
    followings.add(following);
    changed();
    return following;
  }

  private void changed() {
    changes.release();
    wakeUp.run();
  }

  /** Waits until something is followed. */
  void awaitAny() throws InterruptedException {
    while (followings.isEmpty()) {
      changes.acquire();
    }
  }

  /** What is followed as one consumer reads it. The tail's thread. */
  final class Reading {
    private final Consumer<byte[], byte[]> consumer;
    private final Set<Following> placed = new HashSet<>();
    private Map<TopicPartition, List<Following>> byPartition = Map.of();

    /** {@code wakeUp}: ends a poll that is under way. */
    Reading(Consumer<byte[], byte[]> consumer, Runnable wakeUp) {
      this.consumer = consumer;
      Followed.this.wakeUp = wakeUp;
      changes.release();
    }

    /** Has the consumer read what is followed now; false when that is nothing. */
    boolean adjust() {
      if (changes.drainPermits() > 0) {
        followings.removeIf(Following::isClosed);
        placed.retainAll(followings);
        byPartition = followings.stream().collect(Collectors.groupingBy(Following::partition));
        if (!consumer.assignment().equals(byPartition.keySet())) {
          consumer.assign(byPartition.keySet());
        }
        byPartition.forEach(this::adjust);
      }
      return !byPartition.isEmpty();
    }

    private void adjust(TopicPartition partition, List<Following> of) {
      if (placed.addAll(of)) {
        consumer.seek(partition, of.stream().mapToLong(Following::next).min().orElseThrow());
      }
      if (of.stream().anyMatch(Following::isFull)) {
        consumer.pause(Set.of(partition));
      } else {
        consumer.resume(Set.of(partition));
      }
    }

    void tell(ConsumerRecords<byte[], byte[]> records) {
      for (TopicPartition partition : records.partitions()) {
        for (Following following : byPartition.getOrDefault(partition, List.of())) {
          following.tell(records.records(partition));
        }
      }
    }

    /** Nothing can be read at the places where these partitions are. */
    void broken(Collection<TopicPartition> partitions, String why) {
      for (TopicPartition partition : partitions) {
        byPartition.getOrDefault(partition, List.of()).forEach(following -> following.broken(why));
      }
    }
  }
}
