package dev.parley.router.queue;

import static dev.parley.router.queue.Ledger.turn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.TurnStatus;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** C21 to C34 and the three traps. */
class DialogRulesTest {
  private static final String SPEAK = "SpeechSynthesizer.Speak";
  private static final String STOP = "SpeechRecognizer.StopCapture";
  private static final TurnId ONE = turn("dialog-1", "turn-1");
  private static final TurnId TWO = turn("dialog-2", "turn-2");

  private final Ledger ledger = new Ledger();

  @ParameterizedTest
  @ValueSource(
      strings = {STOP, "SpeechRecognizer.KeepRecording", "SpeechRecognizer.ShowRecognizedText"})
  @DisplayName("C21, C23, C24: capture control of the turn in flight is delivered at once")
  void captureControl(String name) {
    ledger.connect().begun(ONE, 1).downchannel(ONE, name, "m1", "dialog-1");

    assertThat(ledger.heard()).containsExactly("m1");
    assertThat(ledger.sent.getFirst().cursor()).isEmpty();
  }

  @Test
  @DisplayName("C21: StopCapture without a dialog id, or in the response, is accepted")
  void stopCaptureElsewhere() {
    ledger.connect().begun(ONE, 1);
    ledger.pushed(STOP, "m1", "").response(ONE, STOP, "m2", "dialog-1");

    assertThat(ledger.heard()).containsExactly("m1", "m2");
  }

  @Test
  @DisplayName("C21: StopCapture of neither slot is stale")
  void stopCaptureOfAnother() {
    ledger.connect().talking(ONE, 1).begun(TWO, 2).pushed(STOP, "m1", "dialog-0");

    assertThat(ledger.discarded()).containsExactly("stale m1");
  }

  @Test
  @DisplayName("Trap 1: StopCapture with the new id passes while the last id is still the old one")
  void firstTrap() {
    ledger.connect().talking(ONE, 1).begun(TWO, 2).downchannel(TWO, STOP, "m1", "dialog-2");

    assertThat(ledger.heard()).containsExactly("m1");
  }

  @Test
  @DisplayName("Trap 2: a turn of the same dialog does not purge its own queue (C25)")
  void secondTrap() {
    TurnId again = turn("dialog-1", "turn-2");
    ledger.talking(ONE, 1).response(ONE, SPEAK, "m1", "dialog-1");
    ledger.closed(ONE, TurnStatus.OK).talking(again, 2);
    ledger.response(again, SPEAK, "m2", "dialog-1").connect();

    assertThat(ledger.heard()).containsExactly("m1", "closed turn-1", "m2");
    assertThat(ledger.discarded()).isEmpty();
  }

  @Test
  @DisplayName("Trap 3: directives that answer early wait for turn-sent, in order")
  void thirdTrap() {
    ledger.connect().begun(ONE, 1);
    ledger.response(ONE, SPEAK, "m1", "dialog-1").response(ONE, SPEAK, "m2", "dialog-1");
    assertThat(ledger.heard()).isEmpty();

    ledger.sent(ONE);
    assertThat(ledger.heard()).containsExactly("m1", "m2");
  }

  @Test
  @DisplayName("Trap 3: on the downchannel too, unless they steer the recording")
  void thirdTrapDownchannel() {
    ledger.connect().begun(ONE, 1);
    ledger.downchannel(ONE, SPEAK, "m1", "dialog-1").downchannel(ONE, STOP, "m2", "dialog-1");
    assertThat(ledger.heard()).containsExactly("m2");

    ledger.sent(ONE);
    assertThat(ledger.heard()).containsExactly("m2", "m1");
  }

  @Test
  @DisplayName("C28: an aborted send leaves the old dialog running and drops what waits for it")
  void abortedSend() {
    ledger.connect().talking(ONE, 1).begun(TWO, 2).response(TWO, SPEAK, "m1", "dialog-2");
    ledger.closed(TWO, TurnStatus.FAILED).response(ONE, SPEAK, "m2", "dialog-1");

    assertThat(ledger.heard()).containsExactly("exception of Parley's", "closed turn-2", "m2");
    assertThat(ledger.discarded()).containsExactly("aborted m1");
  }

  @Test
  @DisplayName("C28: a barge-in's aborted send says superseded")
  void bargedIn() {
    ledger.begun(ONE, 1).response(ONE, SPEAK, "m1", "dialog-1").begun(TWO, 2);
    ledger.closed(ONE, TurnStatus.SUPERSEDED);

    assertThat(ledger.discarded()).containsExactly("superseded m1");
  }

  @Test
  @DisplayName("C28: the last dialog id moves only to a turn with a higher speech offset")
  void speechOffsetDecides() {
    ledger.connect().begun(ONE, 1).begun(TWO, 2).sent(TWO);
    ledger.response(ONE, SPEAK, "late", "dialog-1").sent(ONE);
    ledger.response(TWO, SPEAK, "m2", "dialog-2");

    assertThat(ledger.heard()).containsExactly("m2");
    assertThat(ledger.discarded()).containsExactly("superseded late");
  }

  @Test
  @DisplayName("C28: events that are no Recognize leave the slots alone (C45)")
  void reports() {
    TurnId report = turn("report", "turn-r");
    ledger.connect().talking(ONE, 1);
    ledger.begun(report, Ledger.FIRST, "SpeechSynthesizer.SpeechFinished", 2).sent(report);
    ledger.response(report, SPEAK, "m1", "dialog-1").response(report, SPEAK, "m2", "report");

    assertThat(ledger.heard()).containsExactly("m1");
    assertThat(ledger.discarded()).containsExactly("stale m2");
  }

  @Test
  @DisplayName("C26: TextRecognizer.Recognize takes the slots")
  void text() {
    ledger.connect().talking(ONE, 1);
    ledger.begun(TWO, Ledger.FIRST, "TextRecognizer.Recognize", 2).sent(TWO);
    ledger.response(TWO, SPEAK, "m1", "dialog-2");

    assertThat(ledger.heard()).containsExactly("m1");
  }

  @Test
  @DisplayName("C29: when the last dialog id changes, the old dialog's queue goes")
  void superseded() {
    ledger.talking(ONE, 1).response(ONE, SPEAK, "m1", "dialog-1");
    ledger.talking(TWO, 2).response(TWO, SPEAK, "m2", "dialog-2").connect();

    assertThat(ledger.heard()).containsExactly("m2");
    assertThat(ledger.discarded()).containsExactly("superseded m1");
  }

  @Test
  @DisplayName("C29: the change comes with turn-sent, not with turn-begun")
  void notBeforeSent() {
    ledger.talking(ONE, 1).response(ONE, SPEAK, "m1", "dialog-1").begun(TWO, 2).connect();

    assertThat(ledger.heard()).containsExactly("m1");
  }

  @Test
  @DisplayName("C29: what a stream has taken is not counted as discarded")
  void takenAlready() {
    ledger.connect().talking(ONE, 1).response(ONE, SPEAK, "m1", "dialog-1").talking(TWO, 2);

    assertThat(ledger.discarded()).isEmpty();
    ledger.connect();
    assertThat(ledger.heard()).containsExactly("m1");
  }

  @Test
  @DisplayName("C30, C34: directives with the last dialog id are delivered in order")
  void inOrder() {
    ledger.connect().talking(ONE, 1);
    ledger.response(ONE, SPEAK, "m1", "dialog-1").response(ONE, SPEAK, "m2", "dialog-1");
    ledger.pushed(SPEAK, "m3", "dialog-1");

    assertThat(ledger.heard()).containsExactly("m1", "m2", "m3");
    assertThat(ledger.sent).extracting(d -> d.cursor().orElseThrow()).isSorted();
  }

  @Test
  @DisplayName("C30: another dialog id is discarded as stale, alone (C33)")
  void stale() {
    ledger.connect().talking(ONE, 1);
    ledger.response(ONE, SPEAK, "m1", "dialog-9").response(ONE, "Odd.Thing", "m2", "dialog-1");

    assertThat(ledger.heard()).containsExactly("m2");
    assertThat(ledger.discarded()).containsExactly("stale m1");
  }

  @Test
  @DisplayName("C30: while no dialog is known at all, the reason is unknown")
  void unknown() {
    ledger.connect().pushed(SPEAK, "m1", "dialog-9");
    ledger.response(turn("dialog-9", "gone"), SPEAK, "m2", "dialog-9");

    assertThat(ledger.discarded()).containsExactly("unknown m1", "unknown m2");
  }

  @Test
  @DisplayName("C31: a directive without a dialog id is delivered at once, overtaking the queue")
  void withoutDialog() {
    ledger.connect().begun(ONE, 1).response(ONE, SPEAK, "waits", "dialog-1");
    ledger.pushed("Clova.HandleDelegatedEvent", "m1", "").response(ONE, SPEAK, "m2", "");

    assertThat(ledger.heard()).containsExactly("m1", "m2");
    assertThat(ledger.sent).allMatch(d -> d.cursor().isEmpty());
  }

  @Test
  @DisplayName("C32: a response may mix dialogs; the last one's are queued, others discarded")
  void mixed() {
    ledger.connect().talking(ONE, 1).begun(TWO, 2);
    ledger.response(TWO, SPEAK, "m1", "dialog-1").response(TWO, SPEAK, "m2", "dialog-2");
    ledger.response(TWO, SPEAK, "m3", "dialog-3").sent(TWO);

    assertThat(ledger.heard()).containsExactly("m1", "m2");
    assertThat(ledger.discarded()).containsExactly("stale m3");
  }

  @Test
  @DisplayName("C44: a delegated event's response is admitted by the request it answers")
  void delegation() {
    TurnId delegated = turn("delegated", "turn-d");
    ledger.connect().talking(ONE, 1);
    ledger.begun(delegated, Ledger.FIRST, "Clova.ProcessDelegatedEvent", 2);
    ledger.response(delegated, SPEAK, "m1", "never-seen").sent(delegated);
    ledger.response(delegated, SPEAK, "m2", "never-seen-2").pushed(SPEAK, "m3", "never-seen");
    ledger.response(ONE, SPEAK, "m4", "dialog-1");

    assertThat(ledger.heard()).containsExactly("m1", "m2", "m4");
    assertThat(ledger.discarded()).containsExactly("stale m3");
  }

  @Test
  @DisplayName("After turn-closed nothing more of the turn is delivered")
  void afterClosed() {
    ledger.connect().talking(ONE, 1).closed(ONE, TurnStatus.OK);
    ledger.response(ONE, SPEAK, "m1", "dialog-1").closed(ONE, TurnStatus.FAILED);
    ledger.begun(ONE, new dev.parley.protocol.Attempt(2, 1), "SpeechRecognizer.Recognize", 1);

    assertThat(ledger.heard()).containsExactly("closed turn-1");
    assertThat(ledger.discarded()).containsExactly("stale m1");
    assertThat(ledger.ack(Long.MAX_VALUE).queues.needed()).isEmpty();
  }

  @Test
  @DisplayName("The last dialog goes on after its turn has closed: pushes still join its queue")
  void pushAfterClosed() {
    ledger.connect().talking(ONE, 1).closed(ONE, TurnStatus.OK).pushed(SPEAK, "m1", "dialog-1");

    assertThat(ledger.heard()).containsExactly("closed turn-1", "m1");
  }

  @Test
  @DisplayName("A turn that CIC took whole has been sent, even if turn-sent is not in the ledger")
  void okMeansSent() {
    ledger.connect().begun(ONE, 1).response(ONE, SPEAK, "m1", "dialog-1");
    ledger.closed(ONE, TurnStatus.OK);

    assertThat(ledger.heard()).containsExactly("m1", "closed turn-1");
  }

  @ParameterizedTest
  @EnumSource(value = TurnStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
  @DisplayName("A turn that does not end well is told as System.Exception, then as turn-closed")
  void exceptionOfOurs(TurnStatus status) {
    ledger.connect().begun(ONE, 1).closed(ONE, status);

    assertThat(ledger.heard()).containsExactly("exception of Parley's", "closed turn-1");
  }

  @Test
  @DisplayName("A turn refused before it began is told too")
  void refused() {
    ledger.connect().closed(ONE, TurnStatus.REFUSED);

    assertThat(ledger.heard()).containsExactly("exception of Parley's", "closed turn-1");
  }

  @Test
  @DisplayName("C38: where CIC sent its own System.Exception, none is made")
  void exceptionOfCic() {
    ledger.connect().talking(ONE, 1).response(ONE, "System.Exception", "m1", "dialog-1");
    ledger.closed(ONE, TurnStatus.FAILED);

    assertThat(ledger.heard()).containsExactly("m1", "closed turn-1");
  }

  @Test
  @DisplayName("C38: CIC's own System.Exception survives the send that it aborted")
  void exceptionOfCicEarly() {
    ledger.connect().begun(ONE, 1).response(ONE, SPEAK, "m1", "dialog-1");
    ledger.response(ONE, "System.Exception", "m2", "dialog-1").closed(ONE, TurnStatus.REFUSED);

    assertThat(ledger.heard()).containsExactly("m2", "closed turn-1");
    assertThat(ledger.discarded()).containsExactly("aborted m1");
  }
}
