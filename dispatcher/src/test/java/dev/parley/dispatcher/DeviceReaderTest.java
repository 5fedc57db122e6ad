package dev.parley.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.record.DeviceRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.testing.Patience;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Which devices a partition has, over Kafka's own mock of a consumer. */
class DeviceReaderTest {
  private static final TopicPartition PARTITION = new TopicPartition("parley.devices", 0);

  private final CountDownLatch closed = new CountDownLatch(1);

  private static ConsumerRecord<byte[], byte[]> at(long offset, long millis, RawRecord raw) {
    ProducerRecord<byte[], byte[]> made = KafkaRecords.toKafka(PARTITION.topic(), 0, raw);
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

  private static RawRecord device(String id) {
    return new DeviceRecord(id).toRaw();
  }

  private static MockConsumer<byte[], byte[]> having(List<ConsumerRecord<byte[], byte[]>> records) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, (long) records.size()));
    consumer.schedulePollTask(() -> records.forEach(consumer::addRecord));
    return consumer;
  }

  private DeviceReader.Known read(DeviceReader reader) throws Exception {
    CompletableFuture<DeviceReader.Known> known = new CompletableFuture<>();
    reader.read(0, closed, known::complete);
    return known.get(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void ofEachDeviceTheLastRecordCounts() throws Exception {
    RawRecord foreign = new RawRecord("cellar", Map.of("v", "9"), "{}".getBytes(UTF_8));
    MockConsumer<byte[], byte[]> consumer =
        having(
            List.of(
                at(0, 100, device("kitchen")),
                at(1, 200, device("hall")),
                at(2, 300, device("kitchen")),
                at(3, 400, RawRecord.tombstone("hall")),
                at(4, 500, foreign),
                at(5, 600, device("attic"))));
    DeviceReader.Known known = read(new DeviceReader("parley.devices", 1, number -> consumer, 10));
    assertThat(known.lastUse()).containsOnly(Map.entry("kitchen", 300L), Map.entry("attic", 600L));
    assertThat(known.left()).isZero();
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void whereThereIsNoRoomThoseInUseLastAreTakenAndTheOthersCounted() throws Exception {
    MockConsumer<byte[], byte[]> consumer =
        having(
            List.of(
                at(0, 100, device("kitchen")),
                at(1, 200, device("hall")),
                at(2, 300, device("attic"))));
    DeviceReader.Known known = read(new DeviceReader("parley.devices", 1, number -> consumer, 2));
    assertThat(known.lastUse()).containsExactly(Map.entry("hall", 200L), Map.entry("attic", 300L));
    assertThat(known.left()).isEqualTo(1);
  }

  @Test
  void whoBelongsToAnotherPartitionIsNoneOfThisOnes() throws Exception {
    int partitions = 8;
    List<String> here = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String device = "device-" + i;
      (DevicePartition.of(device, partitions) == 0 ? here : elsewhere).add(device);
      records.add(at(i, 100, device(device)));
    }
    MockConsumer<byte[], byte[]> consumer = having(records);
    DeviceReader.Known known =
        read(new DeviceReader("parley.devices", partitions, number -> consumer, 40));
    assertThat(known.lastUse().keySet()).containsExactlyElementsOf(here).isNotEmpty();
    assertThat(known.misplaced()).containsExactlyInAnyOrderElementsOf(elsewhere).isNotEmpty();
  }

  @Test
  void whatCannotBeReadIsReadAgain() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    DeviceReader reader =
        new DeviceReader(
            "parley.devices",
            1,
            number -> {
              if (tries.incrementAndGet() < 3) {
                throw new KafkaException("nobody is there");
              }
              return having(List.of(at(0, 100, device("kitchen"))));
            },
            10);
    assertThat(read(reader).lastUse()).containsOnlyKeys("kitchen");
  }

  @Test
  void whoIsClosedIsToldNothing() throws Exception {
    CompletableFuture<DeviceReader.Known> known = new CompletableFuture<>();
    DeviceReader reader = new DeviceReader("parley.devices", 1, number -> having(List.of()), 10);
    closed.countDown();
    reader.read(0, closed, known::complete).join();
    assertThat(known).isNotDone();
  }
}
