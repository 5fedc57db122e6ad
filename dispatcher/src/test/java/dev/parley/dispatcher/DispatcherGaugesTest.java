package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Patience;
import dev.parley.turnlog.OwnedPartition;
import dev.parley.turnlog.PartitionLoop;
import dev.parley.turnlog.PartitionOwner;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What failures show, from a record by its owner to the partition, over a loop that polls. */
class DispatcherGaugesTest {
  private static final TopicPartition PARTITION = new TopicPartition("parley.speech", 0);
  private static final TopicPartition NEIGHBOUR = new TopicPartition("parley.speech", 1);

  private final TestParts test = new TestParts();
  private final List<ConsumerRecord<byte[], byte[]>> appended = new CopyOnWriteArrayList<>();
  private final Set<TopicPartition> failing = ConcurrentHashMap.newKeySet();
  private final List<String> done = new CopyOnWriteArrayList<>();

  /** Kafka's own, but that it forgets no record that it has given out. */
  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
          super.seek(partition, offset);
          appended.stream().filter(record -> isOf(record, partition)).forEach(this::addRecord);
        }
      };

  private Optional<PartitionLoop> loop = Optional.empty();

  DispatcherGaugesTest() throws IOException {
    DispatcherGauges.ofLoop(test.parts.metrics(), this, gauges -> gauges.loop);
  }

  @AfterEach
  void close() {
    loop.ifPresent(running -> running.close(Patience.LONGEST));
    test.close();
  }

  private static boolean isOf(ConsumerRecord<byte[], byte[]> record, TopicPartition partition) {
    return record.partition() == partition.partition();
  }

  /** Fails on a record that says so, and with every tick while its partition is to fail. */
  private record Fragile(OwnedPartition partition, Set<TopicPartition> failing, List<String> done)
      implements PartitionOwner {
    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {
      if (record.value().length == 0) {
        throw new IllegalStateException("as the test wants it");
      }
      done.add("read " + partition.id().partition() + "@" + record.offset());
    }

    @Override
    public void unfit(ConsumerRecord<byte[], byte[]> record) {
      done.add("set aside " + partition.id().partition() + "@" + record.offset());
    }

    @Override
    public void tick() {
      if (failing.contains(partition.id())) {
        throw new IllegalStateException("as the test wants it");
      }
    }

    @Override
    public long tickMillis() {
      return 1;
    }

    @Override
    public Optional<OffsetAndMetadata> committable() {
      return Optional.of(new OffsetAndMetadata(partition.position()));
    }

    @Override
    public void revoked() {}

    @Override
    public boolean isDone() {
      return true;
    }

    @Override
    public void close() {}

    @Override
    public void lost() {}
  }

  private void start() {
    loop =
        Optional.of(
            PartitionLoop.start(
                "dispatcher",
                "parley.speech",
                consumer,
                partition -> new OffsetAndMetadata(0),
                Duration.ofMinutes(5),
                10_000,
                partition -> new Fragile(partition, failing, done)));
    consumer.schedulePollTask(() -> {
      Map<TopicPartition, Long> start = Map.of(PARTITION, 0L, NEIGHBOUR, 0L);
      consumer.updateBeginningOffsets(start);
      consumer.updateEndOffsets(start);
      consumer.rebalance(start.keySet());
    });
  }

  private void append(TopicPartition partition, long offset, int bytes) {
    consumer.schedulePollTask(() -> {
      ConsumerRecord<byte[], byte[]> record =
          new ConsumerRecord<>(
              partition.topic(), partition.partition(), offset, new byte[0], new byte[bytes]);
      appended.add(record);
      consumer.addRecord(record);
    });
  }

  private double gauge(String name) {
    return test.registry.get("parley.dispatcher." + name).gauge().value();
  }

  private double failures(String cost) {
    return test.registry
        .get("parley.dispatcher.failures")
        .tag("cost", cost)
        .functionCounter()
        .count();
  }

  @Test
  void beforeThereIsALoopNothingIsShown() {
    assertThat(gauge("partitions")).isZero();
    assertThat(gauge("partitions.parked")).isZero();
    assertThat(gauge("lease")).isZero();
    assertThat(failures("record")).isZero();
    assertThat(failures("owner")).isZero();
  }

  @Test
  void aRecordThatAnOwnerFailsOnCostsARecord() {
    start();
    append(PARTITION, 0, 0);
    append(PARTITION, 1, 1);
    Awaitility.await().until(() -> done.contains("read 0@1"));
    assertThat(done).containsExactly("set aside 0@0", "read 0@1");
    assertThat(failures("record")).isEqualTo(1);
    assertThat(failures("owner")).isZero();
    assertThat(gauge("partitions")).isEqualTo(2);
    assertThat(gauge("partitions.parked")).isZero();
  }

  @Test
  void ownersThatFailAreCountedUntilTheirPartitionIsParkedAndItsNeighbourGoesOn() {
    failing.add(PARTITION);
    start();
    Awaitility.await().until(() -> gauge("partitions.parked") == 1);
    assertThat(failures("owner")).isEqualTo(4);
    assertThat(failures("record")).isZero();
    assertThat(gauge("partitions")).as("a parked one is held").isEqualTo(2);
    append(NEIGHBOUR, 0, 1);
    Awaitility.await().until(() -> done.contains("read 1@0"));
  }

  @Test
  void recordsThatOwnersKeepFailingOnParkTheirPartitionToo() {
    start();
    for (int offset = 0; offset <= 10; offset++) {
      append(PARTITION, offset, 0);
    }
    Awaitility.await().until(() -> gauge("partitions.parked") == 1);
    assertThat(failures("record")).isEqualTo(11);
    assertThat(failures("owner")).isZero();
  }
}
