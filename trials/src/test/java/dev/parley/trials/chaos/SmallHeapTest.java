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
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.standin.ClientId;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.StopCapture;
import dev.parley.standin.Transport;
import dev.parley.standin.Upload;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A dispatcher with little memory, and all at once far more than fits in it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class SmallHeapTest {
  private static final int HEAP_MIB = 96;
  private static final int PARTITIONS = 64;

  /** Each says a minute that CIC does not take: 147 MiB. */
  private static final int STALLED = 80;

  private static final int MINUTE = 300;

  /** Each says a word, and ends only when all have begun. */
  private static final int WAITING = 2_000;

  private static final Script USUAL = Script.DEFAULT.withStopCapture(StopCapture.NEVER);

  private final Semaphore publishers = new Semaphore(64, true);
  private final CountDownLatch begun = new CountDownLatch(WAITING);
  private final Map<TurnId, LedgerRecord.TurnClosed> closed = new HashMap<>();

  @Test
  void moreThanFitsIntoItsMemoryDoesNotBringItDownAndEveryTurnIsClosed(@TempDir Path logs)
      throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        StandIn cic = standIn()) {
      KafkaSettings kafka = new KafkaSettings(broker.bootstrap(), Map.of());
      try (var admin = new KafkaConnection(List.of(broker.bootstrap()), Map.of()).admin()) {
        var _ = new TopicSetup(admin, TopicPlan.small(Topics.DEFAULT, PARTITIONS)).ensure();
      }
      try (Consumer<byte[], byte[]> ledger = kafka.reader("small-heap-test");
          SpeechPublisher publisher =
              SpeechPublisher.connect(
                  broker.bootstrap(), Topics.DEFAULT, Map.of(), new SimpleMeterRegistry());
          DispatcherProcess dispatcher =
              DispatcherProcess.start("small", arguments(broker, cic), logs, HEAP_MIB)) {
        readFromTheStart(ledger);
        List<TurnId> turns = flood(publisher);
        await("the end of all turns")
            .atMost(Duration.ofMinutes(3))
            .pollInterval(Duration.ofMillis(500))
            .until(() -> {
              assertThat(dispatcher.isAlive()).as("the dispatcher lives").isTrue();
              readLedger(ledger);
              return closed.keySet().containsAll(turns);
            });
        assertThat(closed.values())
            .extracting(LedgerRecord.TurnClosed::reason)
            .contains("answered", "too-many-turns")
            .containsAnyOf("stuck", "shed")
            .doesNotContain("idle-timeout");
        TurnId after = speak(publisher, "kitchen", 2, () -> {});
        LedgerRecord.TurnClosed end =
            await("a turn afterwards")
                .until(
                    () -> {
                      readLedger(ledger);
                      return Optional.ofNullable(closed.get(after));
                    },
                    Optional::isPresent)
                .orElseThrow();
        assertThat(end.status()).isEqualTo(TurnStatus.OK);
        assertThat(dispatcher.isAlive()).isTrue();
      }
    }
  }

  private static StandIn standIn() {
    StandIn cic =
        StandIn.start(
            StandInConfig.DEFAULT
                .withPort(0)
                .withTransport(new Transport.Cleartext())
                .withScript(USUAL)
                .withCapacity(StandInConfig.Capacity.DEFAULT.withWindows(32_768, 65_536)));
    Set<ClientId> stalled =
        IntStream.range(0, STALLED)
            .mapToObj(i -> ClientId.of("demo-stalled-" + i))
            .collect(Collectors.toSet());
    cic.scripts()
        .when(turn -> stalled.contains(turn.client()), USUAL.withUpload(Upload.STOP_READING));
    return cic;
  }

  private static List<String> arguments(EmbeddedBroker broker, StandIn cic) {
    return List.of(
        "--bootstrap",
        broker.bootstrap(),
        "--cic-url",
        cic.uri().toString(),
        "--http-port",
        "0",
        // Two thousand connections at once take a busy machine longer than the usual five seconds.
        "--hello-limit",
        "30s");
  }

  private List<TurnId> flood(SpeechPublisher publisher) throws Exception {
    List<Future<TurnId>> turns = new ArrayList<>();
    try (ExecutorService speakers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < STALLED; i++) {
        String device = "stalled-" + i;
        turns.add(speakers.submit(() -> speak(publisher, device, MINUTE, () -> {})));
      }
      for (int i = 0; i < WAITING; i++) {
        String device = "waiting-" + i;
        turns.add(speakers.submit(() -> speak(publisher, device, 1, this::awaitOthers)));
      }
    }
    List<TurnId> ids = new ArrayList<>();
    for (Future<TurnId> turn : turns) {
      ids.add(turn.get());
    }
    return ids;
  }

  private TurnId speak(SpeechPublisher publisher, String device, int chunks, Runnable then)
      throws Exception {
    try (Turn turn = inTurn(() -> publisher.begin(TurnRequest.speech(device, "ko")))) {
      for (int i = 0; i < chunks; i++) {
        var _ = inTurn(() -> turn.audio(new byte[6_400]));
      }
      then.run();
      var _ = inTurn(turn::end);
      return turn.id();
    }
  }

  /** The broker shares this machine: it is not what is to be flooded. */
  private <T> T inTurn(Callable<T> publishing) throws Exception {
    publishers.acquire();
    try {
      return publishing.call();
    } finally {
      publishers.release();
    }
  }

  private void awaitOthers() {
    begun.countDown();
    try {
      assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void readLedger(Consumer<byte[], byte[]> ledger) throws MalformedException {
    ConsumerRecords<byte[], byte[]> records;
    do {
      records = ledger.poll(Duration.ofMillis(500));
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (LedgerRecord.parse(KafkaRecords.fromKafka(record))
            instanceof LedgerRecord.TurnClosed turn) {
          closed.put(turn.turn(), turn);
        }
      }
    } while (!records.isEmpty());
  }

  private static void readFromTheStart(Consumer<byte[], byte[]> ledger) {
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(number -> new TopicPartition(Topics.DEFAULT.ledger(), number))
            .toList();
    ledger.assign(partitions);
    ledger.seekToBeginning(partitions);
  }
}
