package dev.parley.router.queue;

import static dev.parley.router.queue.Ledger.FIRST;
import static dev.parley.router.queue.Ledger.turn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** C35: a {@code cid:} url and its attachment find each other. */
class AttachmentsTest {
  private static final TurnId ONE = turn("dialog-1", "turn-1");
  private static final TurnId TWO = turn("dialog-2", "turn-2");

  private final Ledger ledger = new Ledger();

  private Map<String, String> namesOf(int index) {
    return ((Message.OfDirective) ledger.sent.get(index).message()).attachments();
  }

  private Optional<Attachment> found(String name) {
    return ledger.queues.attachment(Ledger.DEVICE, name);
  }

  @Test
  @DisplayName("C35: the directive first: it is delivered at once, the attachment told later")
  void directiveFirst() {
    ledger.connect().talking(ONE, 1).speak(ONE, Channel.RESPONSE, "m1", "audio");
    ledger.attachment(Optional.of(ONE), FIRST, "a1", "audio");

    assertThat(ledger.heard()).containsExactly("m1", "a1");
    assertThat(namesOf(0)).isEmpty();
    assertThat(((Message.AttachmentKnown) ledger.sent.get(1).message()).directive())
        .isEqualTo("m1");
    assertThat(found("a1")).isPresent();
  }

  @Test
  @DisplayName("C35: the attachment first: the directive tells it")
  void attachmentFirst() {
    ledger.connect().talking(ONE, 1).attachment(Optional.of(ONE), FIRST, "a1", "audio");
    ledger.speak(ONE, Channel.RESPONSE, "m1", "audio");

    assertThat(ledger.heard()).containsExactly("m1");
    assertThat(namesOf(0)).containsExactly(Map.entry("audio", "a1"));
  }

  @Test
  @DisplayName("C35: both before turn-sent: nothing is told until then")
  void bothEarly() {
    ledger.connect().begun(ONE, 1).speak(ONE, Channel.RESPONSE, "m1", "audio");
    ledger.attachment(Optional.of(ONE), FIRST, "a1", "audio");
    assertThat(ledger.heard()).isEmpty();
    assertThat(found("a1")).isEmpty();

    ledger.sent(ONE);
    assertThat(namesOf(0)).containsEntry("audio", "a1");
    assertThat(found("a1")).isPresent();
  }

  @Test
  @DisplayName("C35: directive on the downchannel, attachment in the response")
  void acrossStreams() {
    ledger.connect().talking(ONE, 1).speak(ONE, Channel.DOWNCHANNEL, "m1", "audio");
    ledger.attachment(Optional.of(ONE), FIRST, "a1", "audio");

    assertThat(ledger.heard()).containsExactly("m1", "a1");
  }

  @Test
  @DisplayName("C35: pushed without a turn, both on the downchannel")
  void pushed() {
    ledger.connect().attachment(Optional.empty(), new Attempt(1, 0), "a1", "audio");
    assertThat(ledger.queues.needed()).hasValue(100);
    ledger.directive(
        Optional.empty(),
        new Attempt(1, 0),
        Channel.DOWNCHANNEL,
        Ledger.json("Clova.Alarm", "m1", "", "audio"));

    assertThat(namesOf(0)).containsEntry("audio", "a1");
    assertThat(ledger.queues.needed()).hasValue(100);
    ledger.ackMessages("m1");
    assertThat(ledger.queues.needed()).isEmpty();
  }

  @Test
  @DisplayName("The same content id in another turn is another attachment")
  void otherTurn() {
    ledger.connect().talking(ONE, 1).talking(TWO, 2);
    ledger.attachment(Optional.of(ONE), FIRST, "a1", "audio");
    ledger.speak(TWO, Channel.RESPONSE, "m1", "audio");
    ledger.attachment(Optional.of(TWO), FIRST, "a2", "audio");

    assertThat(ledger.heard()).containsExactly("m1", "a2");
  }

  @Test
  @DisplayName("The same content id in another attempt is another attachment")
  void otherAttempt() {
    Attempt second = new Attempt(1, 2);
    ledger.talking(ONE, 1).attachment(Optional.of(ONE), FIRST, "a1", "audio");
    ledger.begun(ONE, second, "SpeechRecognizer.Recognize", 1).sent(ONE, second);
    ledger.attachment(Optional.of(ONE), FIRST, "a1b", "audio");
    ledger.directive(
        Optional.of(ONE),
        second,
        Channel.RESPONSE,
        Ledger.json("SpeechSynthesizer.Speak", "m1", "dialog-1", "audio"));
    ledger.connect();

    assertThat(namesOf(0)).isEmpty();
  }

  @Test
  @DisplayName("C29: a superseded directive goes with its attachments")
  void superseded() {
    ledger.talking(ONE, 1).attachment(Optional.of(ONE), FIRST, "a1", "audio");
    ledger.speak(ONE, Channel.RESPONSE, "m1", "audio");
    ledger.speak(ONE, Channel.RESPONSE, "m2", "later");
    assertThat(found("a1")).isPresent();
    ledger.talking(TWO, 2).attachment(Optional.of(ONE), FIRST, "a2", "later").connect();

    assertThat(ledger.heard()).isEmpty();
    assertThat(found("a1")).isEmpty();
    assertThat(found("a2")).isEmpty();
  }

  @Test
  @DisplayName("C30: what belongs to a stale directive goes with it")
  void stale() {
    ledger.talking(TWO, 2).attachment(Optional.empty(), new Attempt(1, 0), "a1", "audio");
    ledger.directive(
        Optional.empty(),
        new Attempt(1, 0),
        Channel.DOWNCHANNEL,
        Ledger.json("SpeechSynthesizer.Speak", "m1", "dialog-9", "audio"));

    assertThat(ledger.discarded()).containsExactly("stale m1");
    assertThat(ledger.closed(TWO, TurnStatus.OK).ack(Long.MAX_VALUE).queues.needed()).isEmpty();
  }

  @Test
  @DisplayName("An attachment that has ended has a length and a hash")
  void ended() {
    ledger.connect().talking(ONE, 1).speak(ONE, Channel.RESPONSE, "m1", "audio");
    ledger.attachment(Optional.of(ONE), FIRST, "a1", "audio");
    assertThat(found("a1").orElseThrow().end()).isEmpty();
    ledger.append(
        new LedgerRecord.AttachmentEnded(
            Ledger.DEVICE, Optional.of(ONE), FIRST, Channel.RESPONSE, "a1", 5, "abc", true));

    assertThat(found("a1").orElseThrow().end()).contains(new Attachment.End(5, "abc", true));
  }

  @Test
  @DisplayName("An attachment nobody names is forgotten; a named one can be fetched for a while")
  void forgotten() {
    ledger.connect().talking(ONE, 1).speak(ONE, Channel.RESPONSE, "m1", "audio");
    ledger.attachment(Optional.of(ONE), FIRST, "a1", "audio");
    ledger.closed(ONE, TurnStatus.OK).ack(Long.MAX_VALUE);
    ledger.tick(Limits.DEFAULT.attachmentAgeMillis() - 1);
    assertThat(found("a1")).isPresent();

    ledger.tick(1);
    assertThat(found("a1")).isEmpty();
  }

  @Test
  @DisplayName("Two directives that wait for the same content id are both told")
  void sharedContentId() {
    ledger.connect().talking(ONE, 1).speak(ONE, Channel.RESPONSE, "m1", "audio");
    ledger.speak(ONE, Channel.RESPONSE, "m2", "audio");
    ledger.attachment(Optional.of(ONE), FIRST, "a1", "audio");

    assertThat(ledger.heard()).containsExactly("m1", "m2", "a1", "a1");
  }
}
