package dev.parley.router.queue;

import static dev.parley.router.queue.Ledger.turn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.TurnStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Streams, acknowledgements, expiry, bounds, and what may be committed. */
class TakingTest {
  private static final String SPEAK = "SpeechSynthesizer.Speak";
  private static final String STOP = "SpeechRecognizer.StopCapture";
  private static final TurnId ONE = turn("dialog-1", "turn-1");
  private static final TurnId TWO = turn("dialog-2", "turn-2");
  private static final long MAX_AGE = Limits.DEFAULT.maxAgeMillis();

  private final Ledger ledger = new Ledger();

  private long cursor(int index) {
    return ledger.sent.get(index).cursor().orElseThrow();
  }

  private void twoWait() {
    ledger.talking(ONE, 1).response(ONE, SPEAK, "m1", "dialog-1");
    ledger.response(ONE, SPEAK, "m2", "dialog-1");
  }

  @Test
  @DisplayName("What waits is handed out on connecting, what overtakes first")
  void connecting() {
    twoWait();
    ledger.pushed("Clova.Any", "m3", "").connect();

    assertThat(ledger.heard()).containsExactly("m3", "m1", "m2");
  }

  @Test
  @DisplayName("A new stream gets again what was not acknowledged, and resumes after a cursor")
  void resuming() {
    twoWait();
    ledger.connect();
    long first = cursor(0);
    ledger.connectAfter(first);

    assertThat(ledger.heard()).containsExactly("m1", "m2", "m2");
  }

  @Test
  @DisplayName("Without a stream nothing is handed out")
  void disconnected() {
    ledger.connect().input(new Input.Disconnected());
    twoWait();

    assertThat(ledger.sent).isEmpty();
  }

  @Test
  @DisplayName("A cursor acknowledges all before it, overtakers too; a messageId one directive")
  void acknowledging() {
    ledger.connect().begun(ONE, 1).downchannel(ONE, STOP, "stop", "dialog-1").sent(ONE);
    ledger.response(ONE, SPEAK, "m1", "dialog-1").pushed("Clova.Any", "m2", "");
    ledger.ack(cursor(1)).connect();
    assertThat(ledger.heard()).containsExactly("stop", "m1", "m2", "m2");

    ledger.ackMessages("m2").connect();
    assertThat(ledger.sent).hasSize(4);
  }

  @Test
  @DisplayName("A cursor is the same after a restart, so that Last-Event-ID resumes")
  void cursorsSurvive() {
    twoWait();
    ledger.connect();
    List<Delivery> before = List.copyOf(ledger.sent);

    Ledger again = new Ledger();
    again.connectAfter(before.getFirst().cursor().orElseThrow());
    again.talking(ONE, 1).response(ONE, SPEAK, "m1", "dialog-1");
    again.response(ONE, SPEAK, "m2", "dialog-1");
    assertThat(again.heard()).containsExactly("m2");
    assertThat(again.sent.getFirst().cursor()).isEqualTo(before.getLast().cursor());
  }

  @Test
  @DisplayName("A cursor from another ledger silences nothing that is appended afterwards")
  void foreignCursor() {
    ledger.connectAfter(Long.MAX_VALUE);
    ledger.millis++;
    twoWait();

    assertThat(ledger.heard()).containsExactly("m1", "m2");
  }

  @Test
  @DisplayName("A stream of one dialog carries that and what has no dialog; the rest stays")
  void oneDialog() {
    ledger.talking(ONE, 1).closed(ONE, TurnStatus.OK).begun(TWO, 2);
    ledger.closed(TWO, TurnStatus.FAILED).pushed("Clova.Any", "m1", "");
    ledger.input(new Input.Connected(OptionalLong.empty(), Optional.of("dialog-2"), ledger.millis));
    assertThat(ledger.heard()).containsExactly("m1", "exception of Parley's", "closed turn-2");

    ledger.input(new Input.Acknowledged(Long.MAX_VALUE, Optional.of("dialog-2"))).connect();
    assertThat(ledger.heard().subList(3, 4)).containsExactly("closed turn-1");
  }

  @Test
  @DisplayName("Undelivered directives expire, and turn up among the discards for a while")
  void expiring() {
    twoWait();
    ledger.pushed("Clova.Any", "m3", "").begun(TWO, 2);
    ledger.response(TWO, SPEAK, "m4", "dialog-2").tick(MAX_AGE - 1);
    assertThat(ledger.discarded()).isEmpty();

    ledger.tick(1);
    assertThat(ledger.discarded())
        .containsExactlyInAnyOrder("expired m1", "expired m2", "expired m3", "expired m4");
    assertThat(ledger.queues.discards(Ledger.DEVICE, Optional.of("dialog-1")))
        .extracting(Discard::messageId)
        .containsExactly("m1", "m2");
    ledger.tick(Limits.DEFAULT.discardAgeMillis()).connect();
    assertThat(ledger.sent).isEmpty();
    assertThat(ledger.queues.discards(Ledger.DEVICE, Optional.empty())).isEmpty();
  }

  @Test
  @DisplayName("Old records that are read again are expired, not delivered")
  void oldRecords() {
    ledger.millis += MAX_AGE;
    ledger.connect();
    ledger.millis -= MAX_AGE;
    twoWait();

    assertThat(ledger.heard()).isEmpty();
    assertThat(ledger.discarded()).containsExactly("expired m1", "expired m2");
  }

  @Test
  @DisplayName("Taken but never acknowledged, they go without being counted as discarded")
  void takenNotAcknowledged() {
    twoWait();
    ledger.connect().tick(MAX_AGE);

    assertThat(ledger.discarded()).isEmpty();
    assertThat(ledger.queues.size()).isZero();
  }

  @Test
  @DisplayName("A full queue refuses what comes, as overflow")
  void overflow() {
    Ledger small = new Ledger(limits(2, 1 << 20));
    small.talking(ONE, 1);
    for (int i = 1; i <= 3; i++) {
      small.response(ONE, SPEAK, "m" + i, "dialog-1");
    }
    small.connect();

    assertThat(small.heard()).containsExactly("m1", "m2");
    assertThat(small.discarded()).containsExactly("overflow m3");
  }

  @Test
  @DisplayName("Bytes are bounded too")
  void overflowOfBytes() {
    Ledger small = new Ledger(limits(100, 200));
    small.talking(ONE, 1).response(ONE, SPEAK, "m1", "dialog-1");
    small.response(ONE, SPEAK, "m2", "dialog-1");

    assertThat(small.discarded()).containsExactly("overflow m2");
  }

  @Test
  @DisplayName("What a stream has taken makes room for what is new")
  void roomOfTheTaken() {
    Ledger small = new Ledger(limits(2, 1 << 20));
    small.connect().talking(ONE, 1);
    for (int i = 1; i <= 3; i++) {
      small.response(ONE, SPEAK, "m" + i, "dialog-1");
    }

    assertThat(small.heard()).containsExactly("m1", "m2", "m3");
  }

  private static Limits limits(int messages, int bytes) {
    Limits d = Limits.DEFAULT;
    return new Limits(
        messages,
        bytes,
        d.maxAgeMillis(),
        d.attachments(),
        d.attachmentAgeMillis(),
        d.seen(),
        d.discards(),
        d.discardAgeMillis(),
        d.closedTurns(),
        d.idleMillis());
  }

  @Test
  @DisplayName("The commit stays before an open turn, however old")
  void commitWaitsForOpenTurns() {
    ledger.begun(ONE, 1).connect().sent(ONE).tick(10 * MAX_AGE);
    assertThat(ledger.queues.needed()).hasValue(100);

    ledger.closed(ONE, TurnStatus.OK);
    assertThat(ledger.queues.needed()).hasValue(100);
    ledger.ack(cursor(0));
    assertThat(ledger.queues.needed()).isEmpty();
  }

  @Test
  @DisplayName("The commit stays at the begin of the turn of an undelivered directive")
  void commitWaitsForDirectives() {
    twoWait();
    ledger.closed(ONE, TurnStatus.OK).pushed("Clova.Any", "m3", "").connect();
    assertThat(ledger.queues.needed()).hasValue(100);

    ledger.ack(cursor(3));
    assertThat(ledger.queues.needed()).hasValue(105);
    ledger.ackMessages("m3");
    assertThat(ledger.queues.needed()).isEmpty();
  }

  @Test
  @DisplayName("An absent device holds the commit for two minutes and no longer")
  void absentDevice() {
    twoWait();
    ledger.closed(ONE, TurnStatus.OK).tick(MAX_AGE);

    assertThat(ledger.queues.needed()).isEmpty();
  }

  @Test
  @DisplayName("An idle device is reduced to its last dialog, which still decides")
  void idle() {
    ledger.talking(ONE, 5).closed(ONE, TurnStatus.OK).tick(MAX_AGE);
    ledger.tick(Limits.DEFAULT.idleMillis());
    assertThat(ledger.queues.devices()).isZero();

    ledger.connect().pushed(SPEAK, "m1", "dialog-1").pushed(SPEAK, "m2", "dialog-2");
    assertThat(ledger.heard()).containsExactly("m1");
    assertThat(ledger.discarded()).containsExactly("stale m2");
  }

  @Test
  @DisplayName("A device with an open stream is not idle")
  void idleWithStream() {
    ledger.connect().tick(10 * Limits.DEFAULT.idleMillis());

    assertThat(ledger.queues.devices()).isEqualTo(1);
  }
}
