package dev.parley.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.dispatcher.flow.FlowLimits;
import dev.parley.dispatcher.flow.LedgerView;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.testing.Patience;
import dev.parley.turnlog.BrokerClock;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.OwnedPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A claimed partition over Kafka's own mocks of producers, with nobody at CIC's. */
class DispatcherPartitionTest {
  private static final TurnId TURN = new TurnId("kitchen", "dialog-1", "message-1");
  private static final int HOME = DevicePartition.of("kitchen", TestParts.PARTITIONS);
  private static final Duration LONG = Patience.LONGEST;
  private static final long START = 10;
  private static final int CHUNK = 6_400;

  /** One chunk that waits for CIC is too much. */
  private final TestParts test = new TestParts(CHUNK - 1);

  private final Assigned assigned = new Assigned();
  private final LogWriter ledger =
      new LogWriter("parley.ledger", HOME, test.control, new BrokerClock());
  private final DispatcherPartition partition =
      new DispatcherPartition(
          assigned, test.parts, ledger, new TakeOver.Claimed(3, new LedgerView(0), START));

  DispatcherPartitionTest() throws IOException {}

  @AfterEach
  void close() {
    partition.lost();
    test.close();
  }

  /** Runs what is posted when it is told to. */
  private static final class Assigned implements OwnedPartition {
    final BlockingQueue<Runnable> posted = new LinkedBlockingQueue<>();
    final List<String> said = new ArrayList<>();

    @Override
    public TopicPartition id() {
      return new TopicPartition("parley.speech", HOME);
    }

    @Override
    public OffsetAndMetadata committed() {
      return new OffsetAndMetadata(START);
    }

    @Override
    public long position() {
      return START;
    }

    @Override
    public void post(Runnable task) {
      posted.add(task);
    }

    @Override
    public void postWhenRoom(Runnable task, int bytes) {
      posted.add(task);
    }

    @Override
    public void pause() {
      said.add("pause");
    }

    @Override
    public void resume() {
      said.add("resume");
    }

    @Override
    public void startOver(String reason) {
      said.add(reason);
    }

    void runNext() throws InterruptedException {
      Runnable task = posted.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(task).as("what is posted").isNotNull();
      task.run();
    }
  }

  private static ConsumerRecord<byte[], byte[]> at(long offset, RawRecord raw) {
    ProducerRecord<byte[], byte[]> made = KafkaRecords.toKafka("parley.speech", HOME, raw);
    return new ConsumerRecord<>(
        "parley.speech",
        HOME,
        offset,
        System.currentTimeMillis(),
        TimestampType.LOG_APPEND_TIME,
        -1,
        -1,
        made.key(),
        made.value(),
        new RecordHeaders(made.headers()),
        Optional.empty());
  }

  private static RawRecord begin() {
    return new SpeechRecord.Begin(
            TURN,
            "source-1",
            """
            {"context":[],"event":{"header":{"namespace":"SpeechRecognizer","name":"Recognize",
            "messageId":"message-1","dialogRequestId":"dialog-1"},"payload":{"lang":"ko",
            "profile":"CLOSE_TALK","format":"AUDIO_L16_RATE_16000_CHANNELS_1"}}}\
            """
                .getBytes(UTF_8))
        .toRaw();
  }

  private static RawRecord audio(int bytes) {
    return audio(1, bytes);
  }

  private static RawRecord audio(int chunk, int bytes) {
    return new SpeechRecord.Audio(TURN, "source-1", chunk, new byte[bytes]).toRaw();
  }

  /** One that names no turn. */
  private static RawRecord unreadable() {
    return new RawRecord("", Map.of("v", "99"), new byte[] {1, 2});
  }

  private double count(String name) {
    return test.registry.find(name).counters().stream().mapToDouble(c -> c.count()).sum();
  }

  private long committable() {
    return partition.committable().orElseThrow().offset();
  }

  private static void await(String what, BooleanSupplier wanted) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!wanted.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private Map<String, String> deadLetter() {
    await("a dead letter", () -> !test.bulk.history().isEmpty());
    Map<String, String> headers = new HashMap<>();
    test.bulk
        .history()
        .getFirst()
        .headers()
        .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
    return headers;
  }

  @Test
  void recordsAndTheAgeOfChunksAreCounted() {
    partition.record(at(10, begin()));
    partition.record(at(11, audio(CHUNK)));
    assertThat(count("messaging.client.consumed.messages")).isEqualTo(2);
    assertThat(test.registry.get("parley.dispatcher.chunk.age").timer().count()).isEqualTo(1);
    assertThat(committable()).as("the turn is open").isEqualTo(10);
  }

  @Test
  void whatCannotBeReadHoldsTheCommitUntilItIsADeadLetter() throws Exception {
    partition.record(at(10, unreadable()));
    assertThat(committable()).isEqualTo(10);
    assertThat(deadLetter())
        .containsEntry("dead-origin", "parley.speech-" + HOME + "@10")
        .containsEntry("dead-by", "dispatcher")
        .hasEntrySatisfying("dead-reason", reason -> assertThat(reason).startsWith("unreadable"));
    assertThat(test.bulk.completeNext()).isTrue();
    assigned.runNext();
    assertThat(committable()).isEqualTo(11);
  }

  @Test
  void aRecordThatOwnersHaveFailedOnIsADeadLetterToo() {
    partition.unfit(at(10, unreadable()));
    assertThat(deadLetter()).containsEntry("dead-reason", "internal");
  }

  @Test
  void whatCannotBeSetAsideMakesThePartitionStartOver() throws Exception {
    partition.record(at(10, unreadable()));
    await("a dead letter", () -> !test.bulk.history().isEmpty());
    assertThat(test.bulk.errorNext(new NotEnoughReplicasException("one of two"))).isTrue();
    assigned.runNext();
    assertThat(assigned.said)
        .singleElement()
        .asString()
        .contains("a record can't be set aside")
        .contains("one of two")
        .contains("begin again");
    assertThat(count("parley.dispatcher.started.over")).isEqualTo(1);
    assertThat(committable()).isEqualTo(10);
  }

  @Test
  void whileMoreIsHeldThanMayBeNoSpeechIsRead() {
    partition.record(at(10, begin()));
    partition.tick();
    assertThat(assigned.said).isEmpty();
    assertThat(partition.tickMillis()).as("a turn is open").isEqualTo(20);
    partition.record(at(11, audio(CHUNK)));
    partition.tick();
    partition.tick();
    assertThat(assigned.said).containsExactly("pause");
    assertThat(count("parley.dispatcher.fetch.paused")).isEqualTo(1);
    partition.record(at(12, new SpeechRecord.Cancel(TURN, "source-1", 2).toRaw()));
    partition.tick();
    partition.tick();
    assertThat(assigned.said).containsExactly("pause", "resume");
  }

  private static Optional<String> reasonOf(ProducerRecord<byte[], byte[]> sent) {
    try {
      RawRecord raw = KafkaRecords.fromKafka(LedgerConsumer.received(sent, 0));
      return LedgerRecord.parse(raw) instanceof LedgerRecord.TurnClosed closed
          ? Optional.of(closed.reason())
          : Optional.empty();
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  private Optional<String> closeReason() {
    return test.control.history().stream().flatMap(sent -> reasonOf(sent).stream()).findFirst();
  }

  /** Why the turn was closed; what stands before its close in the ledger is acknowledged first. */
  private String closedFor() {
    await(
        "the turn's close",
        () -> {
          test.control.completeNext();
          for (Runnable task = assigned.posted.poll();
              task != null;
              task = assigned.posted.poll()) {
            task.run();
          }
          return closeReason().isPresent();
        });
    return closeReason().orElseThrow();
  }

  private void passes(Duration time) {
    test.passed = test.passed.plus(time);
    partition.tick();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void aWallClockThatIsSteppedWhileATurnIsOpenNeitherExpiresNorKeepsIt(int hours) {
    FlowLimits limits = test.parts.config().limits();
    partition.record(at(10, begin()));
    test.stepped = Duration.ofHours(hours);
    passes(Duration.ofSeconds(1));
    for (int chunk = 1; test.passed.compareTo(limits.upload().minusSeconds(10)) < 0; chunk++) {
      partition.record(at(10 + chunk, audio(chunk, 2)));
      passes(limits.idle().dividedBy(2));
    }
    assertThat(partition.isDone()).as("nothing has expired").isFalse();
    assertThat(test.parts.cic().held().bytes()).as("the upload goes on").isPositive();
    passes(Duration.ofSeconds(10));
    assertThat(test.parts.cic().held().bytes()).as("the upload has ended").isZero();
    assertThat(closedFor()).isEqualTo("upload-timeout");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void howOldABeginIsTheWallClockSaysWhenItIsRead(int hours) {
    test.stepped = Duration.ofHours(hours);
    partition.record(at(10, begin()));
    if (hours > 0) {
      assertThat(closedFor()).isEqualTo("expired");
    } else {
      passes(test.parts.config().limits().upload());
      assertThat(closedFor()).isEqualTo("upload-timeout");
    }
  }

  @Test
  void withNothingOpenTimePassesSlowly() {
    assertThat(partition.tickMillis()).isEqualTo(250);
  }

  @Test
  void whoIsRevokedWithNothingOpenIsDoneAndItsWritersTakeNoMore() {
    partition.revoked();
    assertThat(partition.isDone()).isTrue();
    partition.close();
    List<Exception> refused = new ArrayList<>();
    ledger.append(
        new RawRecord("", Map.of(), new byte[0]),
        new LogWriter.Done() {
          @Override
          public void appended(long offset) {}

          @Override
          public void failed(Exception cause) {
            refused.add(cause);
          }
        });
    assertThat(refused).hasSize(1);
    assertThat(test.parts.budget().standings()).as("its tenure has ended").isEmpty();
  }

  @Test
  void whoHasATurnOpenIsNotDone() {
    partition.record(at(10, unreadableBegin()));
    assertThat(partition.isDone()).isFalse();
  }

  /** Its turn is refused, and stays open until that stands in the ledger. */
  private static RawRecord unreadableBegin() {
    Map<String, String> headers = new HashMap<>(begin().headers());
    headers.put("seq", "none");
    return new RawRecord(begin().key(), headers, begin().value());
  }

  @Test
  void whatItWritesIsInTheLedgersOrder() throws Exception {
    partition.record(at(10, unreadableBegin()));
    await("a record", () -> !test.control.history().isEmpty());
    ProducerRecord<byte[], byte[]> sent = test.control.history().getFirst();
    assertThat(sent.partition()).isEqualTo(HOME);
    ConsumerRecord<byte[], byte[]> read =
        new ConsumerRecord<>(sent.topic(), HOME, 0, sent.key(), sent.value());
    sent.headers().forEach(read.headers()::add);
    assertThat(LedgerRecord.parse(KafkaRecords.fromKafka(read)))
        .isInstanceOf(LedgerRecord.TurnClosed.class);
  }

  @Test
  void whoReadsAgainWaitsForRoomAndWhatIsTakenMakesSome() throws Exception {
    partition.awaitRoom(1024 * 1024);
    Thread waits = Thread.ofVirtual().start(() -> partition.awaitRoom(1));
    await("who waits", () -> waits.getState() == Thread.State.WAITING);
    partition.roomTaken(1024 * 1024);
    assertThat(waits.join(LONG)).isTrue();
  }

  @Test
  void whoIsInterruptedWhileItWaitsForRoomIsToldSo() {
    Thread.currentThread().interrupt();
    assertThat(catchThrowable(() -> partition.awaitRoom(1)))
        .isInstanceOf(org.apache.kafka.common.errors.InterruptException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
