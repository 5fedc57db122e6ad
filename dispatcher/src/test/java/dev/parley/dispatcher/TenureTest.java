package dev.parley.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.dispatcher.flow.Circuit;
import dev.parley.dispatcher.flow.Input;
import dev.parley.dispatcher.flow.LedgerView;
import dev.parley.dispatcher.flow.RecordReason;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.Stamp;
import dev.parley.testing.Patience;
import dev.parley.turnlog.BrokerClock;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.ReplayReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A claim at work: its flow, its ledger and its records, over Kafka's own mocks of producers. */
class TenureTest {
  private static final TopicPartition PARTITION = new TopicPartition("parley.speech", 0);
  private static final TurnId TURN = new TurnId("kitchen", "dialog-1", "message-1");
  private static final Duration LONG = Patience.LONGEST;

  private final TestParts test = new TestParts();
  private final Desk desk = new Desk();
  private final Tenure tenure = new Tenure(PARTITION, 3, test.parts, desk);

  TenureTest() throws IOException {
    tenure.takenOver(new LedgerView(0), 10, 10);
  }

  @AfterEach
  void close() {
    tenure.close();
    desk.close();
    test.close();
  }

  /** Runs what is posted when it is told to. */
  private final class Desk implements PartitionDesk, AutoCloseable {
    final BlockingQueue<Runnable> posted = new LinkedBlockingQueue<>();
    final List<String> startedOver = new ArrayList<>();
    final List<String> setAside = new ArrayList<>();
    private final LogWriter ledger =
        new LogWriter(LedgerConsumer.PARTITION.topic(), 0, test.control, new BrokerClock());
    private final ReplayReader reader =
        new ReplayReader(
            PARTITION,
            () -> {
              throw new IllegalStateException("nothing is read again here");
            });

    void runNext() throws InterruptedException {
      Runnable task = posted.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(task).as("what is posted").isNotNull();
      task.run();
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
    public void startOver(String reason) {
      startedOver.add(reason);
    }

    @Override
    public LogWriter ledger() {
      return ledger;
    }

    @Override
    public ReplayReader speech() {
      return reader;
    }

    @Override
    public void setAside(long offset, String reason) {
      setAside.add(offset + " " + reason);
    }

    @Override
    public void awaitRoom(int bytes) {}

    @Override
    public void roomTaken(int bytes) {}

    @Override
    public void close() {
      ledger.close();
      reader.close();
    }
  }

  /** A turn that is refused at once, so that one record about it is to be written. */
  private void refuse() {
    tenure.run(
        new Input.Unreadable(
            10,
            RecordReason.Aside.UNREADABLE,
            "it is none",
            Optional.of(
                new Input.Unreadable.Of(
                    TURN, true, System.currentTimeMillis(), Known.BAD_METADATA))));
  }

  private void begin() {
    tenure.run(
        new Input.Speech(
            10,
            System.currentTimeMillis(),
            0,
            new SpeechRecord.Begin(TURN, "source-1", metadata().getBytes(UTF_8))));
  }

  @Test
  void whatATurnShowsOfCicAllPartitionsKnow() throws Exception {
    begin();
    while (test.parts.circuit().now().failures() == 0) {
      desk.runNext();
    }
  }

  @Test
  void aTurnThatGoesAheadToSeeIsTheOnlyOneOfAllPartitions() {
    SharedCircuit circuit = test.parts.circuit();
    while (!circuit.now().isOpen()) {
      circuit.tell(new Circuit.Sign.Failed(0));
    }
    begin();
    assertThat(desk.posted).as("the word that it may go ahead").hasSize(1);
    assertThat(circuit.now().trialAt()).as("the next trial").isGreaterThan(1_000);
  }

  private List<LedgerRecord> written() throws Exception {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (test.control.history().isEmpty()) {
      assertThat(System.nanoTime()).as("a record").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
    List<LedgerRecord> records = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> sent : test.control.history()) {
      records.add(LedgerRecord.parse(KafkaRecords.fromKafka(LedgerConsumer.received(sent, 0))));
    }
    return records;
  }

  /** The close of the turn that is refused, at the offset where it was acknowledged. */
  private ConsumerRecord<byte[], byte[]> acknowledgedClose() throws Exception {
    refuse();
    assertThat(written()).hasSize(1);
    assertThat(test.control.completeNext()).isTrue();
    desk.runNext();
    return LedgerConsumer.received(test.control.history().getFirst(), 0);
  }

  private static ConsumerRecord<byte[], byte[]> byAnother(LedgerRecord record, long offset) {
    return LedgerConsumer.received(
        KafkaRecords.toKafka(
            LedgerConsumer.PARTITION.topic(),
            0,
            record.toRaw(record.about().isPresent() ? Stamp.of(0) : Stamp.NONE)),
        offset);
  }

  @Test
  void anUnreadableBeginIsSetAsideAndItsTurnClosedSoThatItsDeviceHearsOfIt() throws Exception {
    refuse();
    assertThat(desk.setAside).containsExactly("10 unreadable: it is none");
    assertThat(written())
        .singleElement()
        .isInstanceOfSatisfying(
            LedgerRecord.TurnClosed.class,
            closed -> {
              assertThat(closed.turn()).isEqualTo(TURN);
              assertThat(closed.reason()).isEqualTo("bad-metadata");
            });
    assertThat(tenure.openTurns()).isEqualTo(1);
    assertThat(tenure.commit().offset()).isEqualTo(10);
  }

  @Test
  void aTurnIsSettledAndCommittedOnceItsCloseIsReadBack() throws Exception {
    ConsumerRecord<byte[], byte[]> close = acknowledgedClose();
    assertThat(tenure.openTurns()).isEqualTo(1);
    test.ledger.append(close);
    desk.runNext();
    assertThat(tenure.openTurns()).isZero();
    assertThat(test.parts.budget().openTurns()).isZero();
    assertThat(tenure.commit().offset()).isEqualTo(11);
    assertThat(desk.startedOver).isEmpty();
  }

  @Test
  void whatIsReadBackBeforeItIsAcknowledgedIsNotMissedAfterwards() throws Exception {
    refuse();
    assertThat(written()).hasSize(1);
    test.ledger.append(LedgerConsumer.received(test.control.history().getFirst(), 0));
    desk.runNext();
    assertThat(test.control.completeNext()).isTrue();
    desk.runNext();
    assertThat(tenure.openTurns()).isZero();
    assertThat(desk.startedOver).isEmpty();
  }

  /** The brokers have lost what they had acknowledged. */
  @Test
  void anAcknowledgedRecordInWhosePlaceAnotherStandsMakesTheTenureVoid() throws Exception {
    acknowledgedClose();
    test.ledger.append(byAnother(new LedgerRecord.TurnLeft(TURN, new Attempt(2, 1)), 0));
    desk.runNext();
    assertThat(desk.startedOver).singleElement().asString().contains("the ledger was cut");
    assertThat(tenure.commit().offset()).isEqualTo(10);
  }

  @Test
  void anAcknowledgementBehindWhatIsReadMakesTheTenureVoidToo() throws Exception {
    refuse();
    assertThat(written()).hasSize(1);
    test.ledger.append(byAnother(new LedgerRecord.TurnLeft(TURN, new Attempt(2, 1)), 0));
    desk.runNext();
    assertThat(desk.startedOver).isEmpty();
    assertThat(test.control.completeNext()).isTrue();
    desk.runNext();
    assertThat(desk.startedOver).singleElement().asString().contains("the ledger was cut");
  }

  @Test
  void aLedgerThatDoesNotHaveTheNextRecordMakesTheTenureVoid() throws Exception {
    test.ledger.cut();
    desk.runNext();
    assertThat(desk.startedOver).singleElement().asString().contains("is not there");
  }

  @Test
  void anotherRecordThatCannotBeReadIsPassedOver() throws Exception {
    test.ledger.append(
        new ConsumerRecord<>(LedgerConsumer.PARTITION.topic(), 0, 0, null, "?".getBytes(UTF_8)));
    desk.runNext();
    test.ledger.append(byAnother(new LedgerRecord.Owner(new Attempt(4, 0), "another"), 1));
    desk.runNext();
    assertThat(desk.startedOver).singleElement().asString().contains("owner 4 has claimed");
  }

  @Test
  void aRecordThatCannotBeAppendedMakesTheTenureVoid() throws Exception {
    refuse();
    assertThat(written()).hasSize(1);
    assertThat(test.control.errorNext(new NotEnoughReplicasException("one of two"))).isTrue();
    desk.runNext();
    assertThat(desk.startedOver)
        .singleElement()
        .asString()
        .contains("the ledger can't be written")
        .contains("one of two");
    assertThat(tenure.commit().offset()).isEqualTo(10);
  }

  @Test
  void aClosedTenureTakesNothingAndIsInNobodysBudget() throws Exception {
    refuse();
    assertThat(test.parts.budget().openTurns()).isEqualTo(1);
    tenure.close();
    assertThat(test.parts.budget().openTurns()).isZero();
    assertThat(test.parts.budget().standings()).isEmpty();
    assertThat(written()).hasSize(1);
    assertThat(test.control.completeNext()).isTrue();
    desk.runNext();
    assertThat(test.parts.budget().openTurns()).isZero();
  }

  @Test
  void aClosedTenureKeepsNoCallAndHoldsNoSpeech() {
    begin();
    tenure.run(
        new Input.Speech(
            11,
            System.currentTimeMillis(),
            0,
            new SpeechRecord.Audio(TURN, "source-1", 1, new byte[6_400])));
    assertThat(test.parts.cic().held().bytes()).isEqualTo(6_400);
    assertThat(test.parts.budget().devices()).isEqualTo(1);
    tenure.close();
    assertThat(test.parts.cic().held().bytes()).isZero();
    assertThat(test.parts.budget().devices()).isZero();
  }

  private static String metadata() {
    return """
    {"context":[],"event":{"header":{"namespace":"SpeechRecognizer","name":"Recognize",
    "messageId":"%s","dialogRequestId":"%s"},"payload":{"lang":"ko","profile":"CLOSE_TALK",
    "format":"AUDIO_L16_RATE_16000_CHANNELS_1"}}}\
    """
        .formatted(TURN.message(), TURN.dialog());
  }

  @Test
  void speechThatIsNobodysIsPassedOver() {
    tenure.run(
        new Input.Speech(
            10, 1_000, 0, new SpeechRecord.Audio(TURN, "source-1", 1, "pcm!".getBytes(UTF_8))));
    assertThat(
            test.registry
                .counter("parley.dispatcher.records.passed.over", "reason", "no-begin")
                .count())
        .isEqualTo(1);
    assertThat(tenure.commit().offset()).isEqualTo(11);
  }

  @Test
  void howItStandsIsToldAsOfTheLastTick() {
    refuse();
    assertThat(test.parts.budget().standings())
        .containsExactly(new Standing(0, 0, 0, 0, Optional.empty()));
    tenure.tick();
    assertThat(test.parts.budget().standings())
        .singleElement()
        .satisfies(standing -> {
          assertThat(standing.openTurns()).isEqualTo(1);
          assertThat(standing.eldest().map(OpenTurn::turn)).contains(TURN);
        });
  }

  @Test
  void whatIsLostHasNoTurnAnyMore() {
    refuse();
    tenure.lost();
    assertThat(tenure.openTurns()).isZero();
    assertThat(test.parts.budget().openTurns()).isZero();
  }

  @Test
  void whoIsRevokedIsDoneWhenItsTurnsAreSettled() throws Exception {
    refuse();
    tenure.revoked();
    assertThat(tenure.isDone()).isFalse();
    await("the close and the release", () -> test.control.history().size() == 2);
    assertThat(test.control.completeNext()).isTrue();
    desk.runNext();
    assertThat(tenure.isDone()).as("acknowledged only").isFalse();
    test.ledger.append(LedgerConsumer.received(test.control.history().getFirst(), 0));
    desk.runNext();
    assertThat(tenure.isDone()).isTrue();
  }

  private static void await(String what, BooleanSupplier wanted) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!wanted.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void whatReadersTellComesOnThePartitionsThread() throws Exception {
    tenure.postWhenRoom(
        new Input.LedgerSeen(new LedgerRecord.Owner(new Attempt(4, 0), "another"), 7, 1_000));
    assertThat(desk.startedOver).isEmpty();
    desk.runNext();
    assertThat(desk.startedOver).hasSize(1);
  }

  @Test
  void whatAReaderCouldNotDoFailsOnThePartitionsThread() {
    IllegalArgumentException cause = new IllegalArgumentException("no record");
    tenure.failed(cause);
    assertThatThrownBy(desk::runNext).isInstanceOf(IllegalStateException.class).hasCause(cause);
  }
}
