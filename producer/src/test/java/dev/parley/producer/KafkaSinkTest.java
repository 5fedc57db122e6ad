package dev.parley.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.producer.PublishException.Reason;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KafkaSinkTest {
  private static final String TOPIC = Topics.DEFAULT.speech();

  @Test
  void aTurnsRecordsAreKeyedByDialogAndPlacedByDevice() throws Exception {
    MockProducer<byte[], byte[]> kafka = producer(true);
    TurnRequest request = TurnRequest.speech("kitchen", "ko");
    try (SpeechPublisher publisher = publisher(kafka)) {
      Turn turn = publisher.begin(request);
      turn.audio(new byte[6400]);
      turn.end();
    }

    assertThat(kafka.history()).hasSize(3);
    for (ProducerRecord<byte[], byte[]> record : kafka.history()) {
      assertThat(record.topic()).isEqualTo("parley.speech");
      assertThat(record.partition()).isEqualTo(DevicePartition.of("kitchen", 5));
      assertThat(new String(record.key(), StandardCharsets.UTF_8))
          .isEqualTo(request.turn().dialog());
    }
    assertThat(kafka.history()).extracting(r -> header(r, "seq")).containsExactly("0", "1", "2");
    assertThat(kafka.history())
        .extracting(r -> header(r, "kind"))
        .containsExactly("begin", "audio", "end");
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  @Timeout(60)
  void aRecordThatKafkaDoesNotTakeIsSaidAndNothingFollows() throws Exception {
    MockProducer<byte[], byte[]> kafka = producer(false);
    try (SpeechPublisher publisher = publisher(kafka);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var begun = threads.submit(() -> publisher.begin(TurnRequest.speech("kitchen", "ko")));
      while (!kafka.completeNext()) {
        Thread.onSpinWait();
      }
      Turn turn = begun.get();
      var sent = threads.submit(() -> turn.audio(new byte[6400]));
      while (!kafka.errorNext(new TimeoutException("10000 ms has passed"))) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(sent::get)
          .cause()
          .isInstanceOfSatisfying(
              PublishException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.LOST);
                assertThat(e).hasMessageContaining("parley.speech, partition");
                assertThat(e).hasMessageContaining("10000 ms has passed");
              });
      assertThat(turn.state()).isEqualTo(Turn.State.LOST);
    }
    assertThat(kafka.history()).hasSize(2);
  }

  @Test
  void aMissingTopicIsToldFromAMissingBroker() {
    assertReason(
        Reason.NO_TOPIC, new TimeoutException("x", new UnknownTopicOrPartitionException()));
    assertReason(Reason.UNREACHABLE, new TimeoutException("x"));
  }

  @Test
  void aBrokerThatIsNotThereIsSaid() {
    assertThatThrownBy(() -> connect(Map.of("max.block.ms", "200")))
        .isInstanceOf(PublishException.class)
        .hasMessage("no Kafka broker answers at 127.0.0.1:1: is it running?");
  }

  @Test
  void aWrongSettingIsSaid() {
    assertThatThrownBy(() -> connect(Map.of("acks", "maybe")))
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SETTINGS))
        .hasMessageContaining("acks");
  }

  private static void connect(Map<String, Object> settings) throws PublishException {
    SpeechPublisher.connect("127.0.0.1:1", Topics.DEFAULT, settings, new SimpleMeterRegistry())
        .close();
  }

  private static void assertReason(Reason reason, RuntimeException failure) {
    MockProducer<byte[], byte[]> kafka = producer(true);
    kafka.partitionsForException = failure;
    assertThatThrownBy(() -> new KafkaSink(kafka, TOPIC, "here:9092").partitions())
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining("here:9092");
  }

  private static SpeechPublisher publisher(MockProducer<byte[], byte[]> kafka) {
    return new SpeechPublisher(
        new KafkaSink(kafka, TOPIC, "here:9092"), "s0urce", new SimpleMeterRegistry());
  }

  private static MockProducer<byte[], byte[]> producer(boolean takesAll) {
    Node node = new Node(1, "here", 9092);
    Node[] nodes = {node};
    List<PartitionInfo> partitions =
        IntStream.range(0, 5)
            .mapToObj(p -> new PartitionInfo(TOPIC, p, node, nodes, nodes))
            .toList();
    return new MockProducer<>(
        new Cluster("c", List.of(node), partitions, Set.of(), Set.of()),
        takesAll,
        new RoundRobinPartitioner(),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static String header(ProducerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
