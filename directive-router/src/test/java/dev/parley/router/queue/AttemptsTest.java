package dev.parley.router.queue;

import static dev.parley.router.queue.Ledger.turn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.turnlog.OwnerClaims;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One attempt a turn, and owners' claims. */
class AttemptsTest {
  private static final String SPEAK = "SpeechSynthesizer.Speak";
  private static final String STOP = "SpeechRecognizer.StopCapture";
  private static final String RECOGNIZE = "SpeechRecognizer.Recognize";
  private static final TurnId ONE = turn("dialog-1", "turn-1");
  private static final Attempt A11 = new Attempt(1, 1);
  private static final Attempt A12 = new Attempt(1, 2);
  private static final Attempt A21 = new Attempt(2, 1);

  private final Ledger ledger = new Ledger();

  private Ledger begun(Attempt attempt) {
    return ledger.begun(ONE, attempt, RECOGNIZE, 1);
  }

  @Test
  @DisplayName("A newer try purges what an older one left undelivered")
  void newerTry() {
    begun(A11).sent(ONE, A11).response(ONE, A11, SPEAK, "m1", "dialog-1");
    begun(A12).response(ONE, A12, SPEAK, "m2", "dialog-1").sent(ONE, A12).connect();

    assertThat(ledger.heard()).containsExactly("m2");
    assertThat(ledger.discarded()).containsExactly("other-attempt m1");
  }

  @Test
  @DisplayName("A newer try purges what waits for the older one to be sent")
  void newerTryWhileWaiting() {
    ledger.connect();
    begun(A11).response(ONE, A11, SPEAK, "m1", "dialog-1");
    begun(A12).sent(ONE, A12);

    assertThat(ledger.heard()).isEmpty();
    assertThat(ledger.discarded()).containsExactly("other-attempt m1");
  }

  @Test
  @DisplayName("The newer attempt waits for its own turn-sent")
  void sentAgain() {
    ledger.connect();
    begun(A11).sent(ONE, A11);
    begun(A12).response(ONE, A12, SPEAK, "m1", "dialog-1");
    assertThat(ledger.heard()).isEmpty();

    ledger.sent(ONE, A12);
    assertThat(ledger.heard()).containsExactly("m1");
  }

  @Test
  @DisplayName("Records of an older attempt count no more")
  void olderTry() {
    ledger.connect();
    begun(A11);
    begun(A12).response(ONE, A11, SPEAK, "m1", "dialog-1").sent(ONE, A11);
    ledger.response(ONE, A12, SPEAK, "m2", "dialog-1").closed(ONE, A11, TurnStatus.OK);
    assertThat(ledger.heard()).isEmpty();

    ledger.sent(ONE, A12).closed(ONE, A12, TurnStatus.OK);
    assertThat(ledger.heard()).containsExactly("m2", "closed turn-1");
    assertThat(ledger.discarded()).containsExactly("other-attempt m1");
  }

  @Test
  @DisplayName("The same messageId in a newer attempt is no duplicate of one that was purged")
  void sameMessageAgain() {
    begun(A11).sent(ONE, A11).response(ONE, A11, SPEAK, "m1", "dialog-1");
    begun(A12).sent(ONE, A12).response(ONE, A12, SPEAK, "m1", "dialog-1").connect();

    assertThat(ledger.heard()).containsExactly("m1");
  }

  @Test
  @DisplayName("A new attempt after the device has heard the older one is counted, and not let in")
  void mixedAttempts() {
    ledger.connect();
    begun(A11).sent(ONE, A11).response(ONE, A11, SPEAK, "m1", "dialog-1");
    begun(A12).sent(ONE, A12).response(ONE, A12, SPEAK, "m2", "dialog-1");
    ledger.closed(ONE, A12, TurnStatus.OK);

    assertThat(ledger.heard()).containsExactly("m1", "closed turn-1");
    assertThat(ledger.effects).contains(new Effect.AttemptsMixed(ONE));
  }

  @Test
  @DisplayName("Capture control binds nobody to an attempt")
  void captureControlBindsNot() {
    ledger.connect();
    begun(A11).response(ONE, A11, STOP, "m1", "dialog-1");
    begun(A12).response(ONE, A12, STOP, "m2", "dialog-1").sent(ONE, A12);
    ledger.response(ONE, A12, SPEAK, "m3", "dialog-1");

    assertThat(ledger.heard()).containsExactly("m1", "m2", "m3");
  }

  @Test
  @DisplayName("After a claim everything of a lower owner is dropped: zombies may write")
  void zombie() {
    ledger.connect();
    begun(A11).sent(ONE, A11).owner(2).response(ONE, A11, SPEAK, "m1", "dialog-1");
    ledger.closed(ONE, A11, TurnStatus.OK);

    assertThat(ledger.heard()).isEmpty();
    assertThat(ledger.discarded()).containsExactly("other-attempt m1");
    begun(A21).sent(ONE, A21).response(ONE, A21, SPEAK, "m2", "dialog-1");
    assertThat(ledger.heard()).containsExactly("m2");
  }

  @Test
  @DisplayName("What stands before the claim stays")
  void beforeTheClaim() {
    begun(A11).sent(ONE, A11).response(ONE, A11, SPEAK, "m1", "dialog-1").owner(2);
    ledger.closed(ONE, A21, TurnStatus.INTERRUPTED).connect();

    assertThat(ledger.heard()).containsExactly("m1", "exception of Parley's", "closed turn-1");
  }

  @Test
  @DisplayName("Turns named in the former owner's release may be finished")
  void finishing() {
    ledger.connect();
    begun(A11).sent(ONE, A11).release(1, ONE).owner(2);
    ledger.response(ONE, A11, SPEAK, "m1", "dialog-1").closed(ONE, A11, TurnStatus.OK);

    assertThat(ledger.heard()).containsExactly("m1", "closed turn-1");
  }

  @Test
  @DisplayName("Others may not, and these until a later owner begins them")
  void finishingEnds() {
    TurnId other = turn("dialog-1", "turn-2");
    ledger.connect();
    begun(A11).sent(ONE, A11).begun(other, 2).sent(other).release(1, ONE).owner(2).owner(3);
    ledger.response(other, A11, SPEAK, "m1", "dialog-1");
    ledger.millis += 60_000;
    ledger.response(ONE, A11, SPEAK, "m2", "dialog-1");
    assertThat(ledger.heard()).containsExactly("m2");
    begun(new Attempt(3, 1)).response(ONE, A11, SPEAK, "m3", "dialog-1");

    assertThat(ledger.discarded()).containsExactly("other-attempt m1", "other-attempt m3");
  }

  @Test
  @DisplayName("What belongs to no dialog counts for five seconds after a leaver's last release")
  void leaversPushes() {
    ledger.connect();
    begun(A11).sent(ONE, A11).release(1, ONE).owner(2);
    ledger.millis += OwnerClaims.RELEASE_MILLIS;
    ledger.pushed(SPEAK, "m1", "").renewal(1);
    ledger.millis += OwnerClaims.RELEASE_MILLIS;
    ledger.pushed(SPEAK, "m2", "");
    ledger.millis++;
    ledger.pushed(SPEAK, "m3", "");

    assertThat(ledger.heard()).containsExactly("m1", "m2");
    assertThat(ledger.discarded()).containsExactly("other-attempt m3");
  }

  @Test
  @DisplayName("The commit does not pass a release whose turns are still being finished")
  void releasePinsTheCommit() {
    begun(A11).sent(ONE, A11);
    long release = ledger.offset;
    ledger.release(1, ONE).owner(2);
    assertThat(ledger.queues.needed().orElseThrow()).isLessThanOrEqualTo(release);
    ledger.closed(ONE, A11, TurnStatus.OK).connect();
    ledger.ack(Long.MAX_VALUE / 2);
    assertThat(ledger.queues.needed()).isEmpty();
  }

  @Test
  @DisplayName("A release that comes after a newer claim is a zombie's")
  void lateRelease() {
    begun(A11).sent(ONE, A11).owner(2).release(1, ONE);
    ledger.response(ONE, A11, SPEAK, "m1", "dialog-1");

    assertThat(ledger.discarded()).containsExactly("other-attempt m1");
  }

  @Test
  @DisplayName("A record of a higher owner proves its claim; the commit keeps the number")
  void claimBehindTheCommit() {
    begun(A21);
    assertThat(ledger.queues.highestOwner(ledger.offset)).isEqualTo(2);

    ledger.restart(2);
    begun(A11);
    assertThat(ledger.queues.needed()).isEmpty();
  }

  @Test
  @DisplayName("A claim behind the committed offset is not held against what stands before it")
  void claimAfterWhatIsReadAgain() {
    ledger.owner(1);
    begun(A11).sent(ONE, A11).response(ONE, A11, SPEAK, "m1", "dialog-1");
    ledger.closed(ONE, A11, TurnStatus.OK).owner(2);
    long committed = ledger.queues.needed().orElseThrow();

    assertThat(ledger.queues.highestOwner(committed)).isEqualTo(1);
    assertThat(ledger.queues.highestOwner(ledger.offset)).isEqualTo(2);
    ledger.restart(1);
    begun(A11).sent(ONE, A11).response(ONE, A11, SPEAK, "m1", "dialog-1");
    ledger.closed(ONE, A11, TurnStatus.OK).owner(2).connect();
    assertThat(ledger.heard()).containsExactly("m1", "closed turn-1");
  }

  @Test
  @DisplayName("The same messageId on both streams is delivered once")
  void duplicate() {
    ledger.connect();
    begun(A11).sent(ONE, A11).response(ONE, A11, SPEAK, "m1", "dialog-1");
    ledger.pushed(SPEAK, "m1", "dialog-1");

    assertThat(ledger.heard()).containsExactly("m1");
    assertThat(ledger.discarded()).containsExactly("duplicate m1");
  }

  @Test
  @DisplayName("Directives without a messageId are never taken for duplicates")
  void withoutMessageId() {
    ledger.connect();
    begun(A11).sent(ONE, A11).response(ONE, A11, SPEAK, "", "dialog-1");
    ledger.response(ONE, A11, SPEAK, "", "dialog-1");

    assertThat(ledger.heard()).containsExactly("", "");
  }
}
