package dev.parley.turnlog.story;

import static dev.parley.turnlog.story.MadeUpLog.TURN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.Stamp;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoryReaderTest {
  private static final int PARTITIONS = 2;
  private static final int PARTITION = DevicePartition.of("kitchen", PARTITIONS);
  private static final TopicPartition SPEECH =
      new TopicPartition(Topics.DEFAULT.speech(), PARTITION);
  private static final TopicPartition LEDGER =
      new TopicPartition(Topics.DEFAULT.ledger(), PARTITION);
  private static final RawRecord END = new SpeechRecord.End(TURN, "src", 1).toRaw();

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  @BeforeEach
  void topics() {
    for (String topic : List.of(Topics.DEFAULT.speech(), Topics.DEFAULT.ledger())) {
      consumer.updatePartitions(
          topic,
          IntStream.range(0, PARTITIONS)
              .mapToObj(p -> new PartitionInfo(topic, p, Node.noNode(), new Node[0], new Node[0]))
              .toList());
      for (int p = 0; p < PARTITIONS; p++) {
        consumer.updateBeginningOffsets(Map.of(new TopicPartition(topic, p), 0L));
        ends.put(new TopicPartition(topic, p), 0L);
      }
    }
  }

  private StoryReader.Result read(String sought) {
    consumer.updateEndOffsets(ends);
    return new StoryReader(consumer, Topics.DEFAULT, Duration.ofMillis(300))
        .read(Sought.parse(sought), Optional.empty(), (records, percent) -> {});
  }

  /** The records of a partition, which are there once the reader has been assigned to it. */
  private void holds(TopicPartition partition, long end, RawRecord... records) {
    ends.put(partition, end);
    consumer.schedulePollTask(() -> {
      for (int i = 0; i < records.length; i++) {
        var sent = KafkaRecords.toKafka(partition.topic(), partition.partition(), records[i]);
        consumer.addRecord(
            new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                i,
                MadeUpLog.START + i,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                sent.key(),
                sent.value(),
                sent.headers(),
                Optional.empty()));
      }
    });
  }

  @Test
  void aDevicesTurnIsReadFromItsPartitionAlone() {
    holds(SPEECH, 1, END);
    holds(
        LEDGER,
        1,
        new LedgerRecord.TurnBegun(TURN, new Attempt(1, 1), "A.b", 0).toRaw(Stamp.of(0)));
    StoryReader.Result found = read("kitchen/dialog-1");
    assertThat(consumer.assignment()).containsExactlyInAnyOrder(SPEECH, LEDGER);
    assertThat(found.stories())
        .singleElement()
        .satisfies(story ->
            assertThat(MadeUpLog.words(story)).containsExactly("SpeechEnded+0", "AttemptBegun+0"));
    assertThat(found.looked())
        .extracting(StoryReader.Stretch::topic, StoryReader.Stretch::from, StoryReader.Stretch::to)
        .contains(org.assertj.core.groups.Tuple.tuple("parley.speech", 0L, 1L));
  }

  @Test
  void aBareIdIsLookedForInEveryPartition() {
    holds(SPEECH, 1, END);
    assertThat(read("dialog-1").stories()).hasSize(1);
    assertThat(consumer.assignment()).hasSize(2 * PARTITIONS);
  }

  @Test
  void whatIsAppendedAfterTheBeginningOfTheReadingIsLeftAlone() {
    holds(SPEECH, 1, END, new SpeechRecord.Cancel(TURN, "src", 2).toRaw());
    assertThat(read("kitchen/dialog-1").stories())
        .singleElement()
        .satisfies(story -> assertThat(MadeUpLog.words(story)).containsExactly("SpeechEnded+0"));
  }

  @Test
  void nothingIsFoundInEmptyTopicsWithoutWaiting() {
    assertThat(read("kitchen/dialog-1").stories()).isEmpty();
  }

  @Test
  void aKafkaThatFallsSilentIsGivenUpAndSaidWhere() {
    holds(SPEECH, 5, END);
    assertThatThrownBy(() -> read("kitchen/dialog-1"))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining(SPEECH + " is read up to offset 1 of 5");
  }

  @Test
  void aTopicThatIsNotThereIsSaid() {
    MockConsumer<byte[], byte[]> empty = new MockConsumer<>("earliest");
    StoryReader reader = new StoryReader(empty, Topics.DEFAULT, Duration.ofMillis(300));
    assertThatThrownBy(
            () -> reader.read(Sought.parse("d"), Optional.empty(), (records, percent) -> {}))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("no topic parley.speech");
  }
}
