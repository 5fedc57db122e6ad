package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.protocol.record.DeviceRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.testing.Patience;
import dev.parley.turnlog.BrokerClock;
import dev.parley.turnlog.KafkaRecords;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which devices are opened after a take-over, and what is written of them. */
class DeviceMemoryTest {
  private static final TopicPartition PARTITION = new TopicPartition("parley.devices", 0);
  private static final long NOW = 2 * DeviceMemory.IDLE_MILLIS;

  private final TestParts test = new TestParts();
  private final BlockingQueue<Runnable> posted = new LinkedBlockingQueue<>();
  private final List<String> opened = new ArrayList<>();
  private final Set<String> leavers = new HashSet<>();
  private long now = NOW;
  private final Budget budget = new Budget(new Capacity(1_000, 200, 1_000), new HeldBytes(1_000));
  private final DeviceLinks links =
      new DeviceLinks(
          device -> {
            opened.add(device);
            return test.parts
                .cic()
                .link(
                    device,
                    new AttachmentLog("parley.attachments", 0, 1, test.bulk, new Semaphore(1)),
                    new PushedReceiver(device, new NoInbox(), test.parts.metrics()));
          },
          budget,
          () -> {},
          this::remember,
          () -> Instant.ofEpochMilli(now));
  private final DeviceMemory memory =
      new DeviceMemory(
          0,
          links,
          device -> !device.startsWith("unknown"),
          () -> Set.copyOf(leavers),
          test.lease::get,
          posted::add,
          () -> Instant.ofEpochMilli(now),
          new DeviceLog("parley.devices", 0, test.bulk, new BrokerClock(), posted::add));

  DeviceMemoryTest() throws IOException {}

  @AfterEach
  void close() {
    memory.close();
    links.close();
    test.close();
  }

  private void remember(String device) {
    memory.remember(device);
  }

  private void runNext() throws InterruptedException {
    Runnable task = posted.poll(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS);
    assertThat(task).as("what is posted").isNotNull();
    task.run();
  }

  private void recall(Map<String, Long> devices) throws InterruptedException {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, (long) devices.size()));
    consumer.schedulePollTask(() -> {
      long offset = 0;
      for (Map.Entry<String, Long> device : devices.entrySet()) {
        consumer.addRecord(at(offset++, device.getValue(), new DeviceRecord(device.getKey())));
      }
    });
    memory.recall(new DeviceReader("parley.devices", 1, number -> consumer, 1_000), NOW);
    runNext();
  }

  private static ConsumerRecord<byte[], byte[]> at(long offset, long millis, DeviceRecord record) {
    ProducerRecord<byte[], byte[]> made =
        KafkaRecords.toKafka(PARTITION.topic(), 0, record.toRaw());
    return new ConsumerRecord<>(
        PARTITION.topic(),
        0,
        offset,
        millis,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        made.key(),
        made.value(),
        new RecordHeaders(made.headers()),
        Optional.empty());
  }

  private List<RawRecord> written(int wanted) {
    await("what is written", () -> test.bulk.history().size() >= wanted);
    return test.bulk.history().stream()
        .map(sent -> KafkaRecords.fromKafka(LedgerConsumer.received(sent, 0)))
        .toList();
  }

  private static void await(String what, BooleanSupplier wanted) {
    long deadline = System.nanoTime() + Patience.LONGEST.toNanos();
    while (!wanted.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void whoWasInUseIsOpenedAndWhoWasIdleForAMonthIsForgotten() throws Exception {
    recall(
        Map.of(
            "kitchen", NOW - DeviceMemory.IDLE_MILLIS,
            "hall", NOW - DeviceMemory.IDLE_MILLIS - 1));
    assertThat(opened).containsExactly("kitchen");
    assertThat(written(1))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.key()).isEqualTo("hall");
          assertThat(record.isTombstone()).isTrue();
        });
  }

  @Test
  void whoHasSpokenMeanwhileIsKeptHoweverLongItWasIdle() throws Exception {
    var _ = links.of("hall", device -> true);
    recall(Map.of("hall", 0L));
    assertThat(links.has("hall")).isTrue();
    assertThat(written(1))
        .singleElement()
        .satisfies(record -> {
          assertThat(DeviceRecord.parse(record)).isEqualTo(new DeviceRecord("hall"));
        });
  }

  @Test
  void manyAreOpenedInStepsBetweenWhichThePartitionGoesOn() throws Exception {
    Map<String, Long> many = new LinkedHashMap<>();
    for (int i = 0; i < 120; i++) {
      many.put("device-" + i, NOW);
    }
    recall(many);
    assertThat(opened).hasSize(50);
    assertThat(posted).hasSize(1);
    runNext();
    runNext();
    assertThat(opened).hasSize(120);
    assertThat(posted).isEmpty();
  }

  @Test
  void theDownchannelOfATurnThatALeaverFinishesIsOpenedOnlyThen() throws Exception {
    leavers.add("kitchen");
    recall(Map.of("kitchen", NOW, "hall", NOW));
    assertThat(opened).containsExactly("hall");
    memory.tick();
    assertThat(opened).containsExactly("hall");
    leavers.clear();
    memory.tick();
    assertThat(opened).as("looked at half a second ago").containsExactly("hall");
    now += 500;
    memory.tick();
    assertThat(opened).containsExactly("hall", "kitchen");
  }

  @Test
  void whatIsNotWrittenIsWrittenWithItsUseAMinuteLater() throws Exception {
    recall(Map.of());
    var _ = links.of("kitchen", device -> true);
    assertThat(written(1)).hasSize(1);
    assertThat(test.bulk.errorNext(new NotEnoughReplicasException("one of two"))).isTrue();
    runNext();
    now += 60_000;
    links.inUse("kitchen");
    assertThat(written(2)).hasSize(2);
    assertThat(test.bulk.completeNext()).isTrue();
    runNext();
    links.inUse("kitchen");
    assertThat(posted).isEmpty();
    assertThat(test.bulk.history()).hasSize(2);
  }

  @Test
  void whoHasNoCredentialsIsNeitherOpenedNorRemembered() throws Exception {
    recall(Map.of("unknown", NOW));
    assertThat(opened).isEmpty();
    var _ = links.of("unknown-too", device -> true);
    var _ = links.of("kitchen", device -> true);
    assertThat(written(1)).extracting(RawRecord::key).containsExactly("kitchen");
  }

  @Test
  void withoutTheLeaseNobodyIsForgotten() throws Exception {
    test.lease.set(false);
    recall(Map.of("hall", 0L));
    var _ = links.of("kitchen", device -> true);
    assertThat(written(1)).extracting(RawRecord::key).containsExactly("kitchen");
  }

  @Test
  void whomThereIsNoRoomForIsOpenedOnceThereIs() throws Exception {
    budget.devices(199);
    Map<String, Long> two = new LinkedHashMap<>();
    two.put("hall", NOW - 1);
    two.put("kitchen", NOW);
    recall(two);
    assertThat(opened).as("the one in use last").containsExactly("kitchen");
    budget.devices(-1);
    memory.tick();
    assertThat(opened).containsExactly("kitchen", "hall");
  }

  @Test
  void onceClosedNobodyIsOpened() throws Exception {
    Map<String, Long> many = new LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      many.put("device-" + i, NOW);
    }
    recall(many);
    memory.close();
    runNext();
    assertThat(opened).hasSize(50);
  }
}
