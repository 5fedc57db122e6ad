package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.demo.broker.EmbeddedBroker;
import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.Turn;
import dev.parley.producer.TurnRequest;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.LedgerSequence;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.Transport;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A dispatcher with little memory that finds a million closed turns in its ledgers, and no word in
 * its group's commits of where to begin: as after offsets were reset.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class LongLedgerTest {
  private static final int HEAP_MIB = 96;
  private static final int PARTITIONS = 100;
  private static final int TURNS = 10_000;
  private static final int DEVICES = 200;

  private final KafkaSettings kafka;
  private final EmbeddedBroker broker;
  private final LedgerSequence sequence = new LedgerSequence();
  private final Set<TurnId> spoken = new HashSet<>();
  private final Queue<String> notAppended = new ConcurrentLinkedQueue<>();

  LongLedgerTest() throws Exception {
    broker = EmbeddedBroker.start();
    kafka = new KafkaSettings(broker.bootstrap(), Map.of());
    try (var admin = new KafkaConnection(List.of(broker.bootstrap()), Map.of()).admin()) {
      var _ = new TopicSetup(admin, TopicPlan.small(Topics.DEFAULT, PARTITIONS)).ensure();
    }
  }

  @Test
  void aMillionClosedTurnsAreReadInLittleMemoryAndTurnsAreAnswered(@TempDir Path logs)
      throws Exception {
    try (broker;
        StandIn cic =
            StandIn.start(
                StandInConfig.DEFAULT.withPort(0).withTransport(new Transport.Cleartext()))) {
      fillLedgers();
      List<String> arguments =
          List.of(
              "--bootstrap",
              broker.bootstrap(),
              "--cic-url",
              cic.uri().toString(),
              "--http-port",
              "0",
              "--hello-limit",
              "30s");
      try (DispatcherProcess dispatcher =
          DispatcherProcess.start("long-ledger", arguments, logs, HEAP_MIB)) {
        await("all partitions")
            .atMost(Duration.ofMinutes(5))
            .until(() -> {
              assertThat(dispatcher.isAlive()).as("the dispatcher lives").isTrue();
              return dispatcher.owners().size() == PARTITIONS;
            });
        assertThat(dispatcher.owners().values()).as("above the former owner").containsOnly(2L);
        assertThat(speak()).isEqualTo(answered());
        assertThat(dispatcher.isAlive()).isTrue();
      }
    }
  }

  private void fillLedgers() {
    Attempt former = new Attempt(1, 1);
    try (Producer<byte[], byte[]> producer = kafka.producer("filler", 5)) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        append(producer, partition, new LedgerRecord.Owner(new Attempt(1, 0), "former"));
      }
      for (int n = 0; n < TURNS; n++) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          TurnId turn = new TurnId("former-" + n % 50, "dialog-" + n, "message-" + n);
          append(
              producer,
              partition,
              new LedgerRecord.TurnBegun(turn, former, "SpeechRecognizer.Recognize", n));
          append(
              producer,
              partition,
              new LedgerRecord.TurnClosed(
                  turn, former, TurnStatus.OK, "answered", "", Map.of(), Map.of()));
        }
        if (n % 100 == 0) {
          // What waits for long in the producer is given up.
          producer.flush();
        }
      }
      producer.flush();
    }
    assertThat(notAppended).as("ledger records that Kafka did not take").isEmpty();
  }

  private void append(Producer<byte[], byte[]> producer, int partition, LedgerRecord record) {
    var _ =
        producer.send(
            KafkaRecords.toKafka(
                Topics.DEFAULT.ledger(), partition, record.toRaw(sequence.next(record))),
            (metadata, exception) -> {
              if (exception != null) {
                notAppended.add(exception.toString());
              }
            });
  }

  private Set<TurnId> speak() throws Exception {
    try (SpeechPublisher publisher =
        SpeechPublisher.connect(
            broker.bootstrap(), Topics.DEFAULT, Map.of(), new SimpleMeterRegistry())) {
      for (int device = 0; device < DEVICES; device++) {
        try (Turn turn = publisher.begin(TurnRequest.speech("new-" + device, "ko"))) {
          var _ = turn.audio(new byte[6_400]);
          var _ = turn.end();
          spoken.add(turn.id());
        }
      }
    }
    return spoken;
  }

  /** What the ledgers say, from their ends of before. */
  private Set<TurnId> answered() {
    Set<TurnId> answered = new HashSet<>();
    try (Consumer<byte[], byte[]> consumer = kafka.reader("long-ledger-test")) {
      List<TopicPartition> partitions =
          java.util.stream.IntStream.range(0, PARTITIONS)
              .mapToObj(number -> new TopicPartition(Topics.DEFAULT.ledger(), number))
              .toList();
      consumer.assign(partitions);
      partitions.forEach(partition -> consumer.seek(partition, 1 + 2L * TURNS));
      await("the end of all turns")
          .atMost(Duration.ofMinutes(1))
          .until(() -> {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
              if (LedgerRecord.parse(KafkaRecords.fromKafka(record))
                      instanceof LedgerRecord.TurnClosed closed
                  && closed.status() == TurnStatus.OK) {
                answered.add(closed.turn());
              }
            }
            return answered.containsAll(spoken);
          });
    }
    return answered;
  }
}
