package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which record counts, and from when on a turn may be taken back. */
final class OwnerClaimsTest {
  private static final TurnId ONE = new TurnId("kitchen", "dialog-1", "turn-1");
  private static final TurnId TWO = new TurnId("hall", "dialog-2", "turn-2");
  private static final long RELEASE = OwnerClaims.RELEASE_MILLIS;

  private final OwnerClaims claims = new OwnerClaims(0);
  private long offset = 100;
  private long appended = 1_000_000;

  /** By the reader's own clock, which has nothing to do with the broker's. */
  private long read = 5_000;

  private OwnerClaims.Seen next() {
    return new OwnerClaims.Seen(offset++, appended, read);
  }

  private boolean claim(long owner) {
    return claims.claimed(new LedgerRecord.Owner(new Attempt(owner, 0), "d-" + owner), next());
  }

  private boolean release(long owner, TurnId... named) {
    return claims.released(new LedgerRecord.Release(new Attempt(owner, 0), List.of(named)), next());
  }

  private boolean renew(long owner) {
    return claims.renewed(new LedgerRecord.Renewal(new Attempt(owner, 0)), next());
  }

  private boolean begin(TurnId turn, long owner) {
    return claims.admits(
        new LedgerRecord.TurnBegun(turn, new Attempt(owner, 1), "SpeechRecognizer.Recognize", 1),
        next());
  }

  private boolean sent(TurnId turn, long owner) {
    return claims.admits(
        new LedgerRecord.TurnSent(turn, new Attempt(owner, 1), 0, 0, UploadEnd.END), next());
  }

  private boolean leave(TurnId turn, long owner) {
    return claims.admits(new LedgerRecord.TurnLeft(turn, new Attempt(owner, 1)), next());
  }

  private boolean close(TurnId turn, long owner) {
    return claims.admits(
        new LedgerRecord.TurnClosed(
            turn, new Attempt(owner, 1), TurnStatus.OK, "answered", "", Map.of(), Map.of()),
        next());
  }

  private boolean push(long owner) {
    return claims.admits(
        new LedgerRecord.DirectiveReceived(
            "kitchen", Optional.empty(), new Attempt(owner, 0), Channel.DOWNCHANNEL, new byte[1]),
        next());
  }

  @Test
  void theFirstClaimOfANumberWins() {
    assertThat(claim(1)).isTrue();
    assertThat(claim(1)).isFalse();
    assertThat(claim(2)).isTrue();
    assertThat(claim(1)).isFalse();
    assertThat(claims.highest()).isEqualTo(2);
  }

  @Test
  void nothingOfALowerNumberCountsAfterAClaim() {
    claim(1);
    assertThat(begin(ONE, 1)).isTrue();
    claim(2);
    assertThat(sent(ONE, 1)).isFalse();
    assertThat(close(ONE, 1)).isFalse();
    assertThat(push(1)).isFalse();
    assertThat(release(1, ONE)).isFalse();
    assertThat(begin(ONE, 2)).isTrue();
  }

  @Test
  void aRecordOfAHigherOwnerProvesItsClaim() {
    assertThat(begin(ONE, 3)).isTrue();
    assertThat(begin(TWO, 2)).isFalse();
    assertThat(claim(3)).isFalse();
  }

  @Test
  void aNamedTurnCountsUntilItIsClosed() {
    claim(1);
    begin(ONE, 1);
    release(1, ONE);
    claim(2);
    assertThat(sent(ONE, 1)).isTrue();
    assertThat(close(ONE, 1)).isTrue();
    assertThat(sent(ONE, 1)).isFalse();
    assertThat(claims.isNamed(ONE)).isFalse();
  }

  @Test
  void aNamedTurnThatIsClosedStaysClosedForEverybody() {
    claim(1);
    begin(ONE, 1);
    release(1, ONE);
    claim(2);
    close(ONE, 1);
    assertThat(begin(ONE, 2)).isFalse();
    assertThat(close(ONE, 2)).isFalse();
  }

  @Test
  void aNamedTurnCountsUntilItsLeaverLeavesIt() {
    claim(1);
    begin(ONE, 1);
    release(1, ONE);
    claim(2);
    assertThat(leave(ONE, 1)).isTrue();
    assertThat(sent(ONE, 1)).isFalse();
    assertThat(begin(ONE, 2)).isTrue();
  }

  @Test
  void aNamedTurnCountsUntilALaterOwnerBeginsIt() {
    claim(1);
    begin(ONE, 1);
    release(1, ONE);
    claim(2);
    assertThat(begin(ONE, 1)).as("its leaver tries once more").isTrue();
    assertThat(begin(ONE, 2)).isTrue();
    assertThat(close(ONE, 1)).isFalse();
    assertThat(close(ONE, 2)).isTrue();
  }

  @Test
  void aTurnThatIsNotNamedCountsNoMore() {
    claim(1);
    begin(ONE, 1);
    begin(TWO, 1);
    release(1, ONE);
    claim(2);
    assertThat(sent(TWO, 1)).isFalse();
  }

  @Test
  void namesStandAcrossAnyNumberOfClaims() {
    claim(1);
    begin(ONE, 1);
    release(1, ONE);
    for (int owner = 2; owner < 10; owner++) {
      claim(owner);
      release(owner);
    }
    appended += 3_600_000;
    assertThat(close(ONE, 1)).isTrue();
  }

  @Test
  void onlyTheFirstReleaseOfAnOwnerNamesTurns() {
    claim(1);
    begin(ONE, 1);
    begin(TWO, 1);
    assertThat(release(1, ONE)).isTrue();
    assertThat(release(1, TWO)).isFalse();
    claim(2);
    assertThat(close(TWO, 1)).isFalse();
  }

  @Test
  void aLeaversPushesCountForFiveSecondsAfterItsLastRelease() {
    claim(1);
    begin(ONE, 1);
    release(1, ONE);
    claim(2);
    appended += RELEASE;
    assertThat(push(1)).isTrue();
    assertThat(renew(1)).isTrue();
    appended += RELEASE;
    assertThat(push(1)).isTrue();
    appended++;
    assertThat(push(1)).isFalse();
  }

  @Test
  void aRenewalCountsAsLongAsItsReleaseHasNotEnded() {
    claim(1);
    begin(ONE, 1);
    release(1, ONE);
    claim(2);
    appended += 60_000;
    assertThat(renew(1)).as("a turn is named").isTrue();
    close(ONE, 1);
    appended += RELEASE;
    assertThat(renew(1)).as("five seconds are not over").isTrue();
    appended += RELEASE + 1;
    assertThat(renew(1)).isFalse();
    assertThat(push(1)).isFalse();
  }

  @Test
  void aRenewalOfNoReleaseIsNothing() {
    claim(1);
    assertThat(renew(1)).isFalse();
    claim(2);
    assertThat(release(1)).isFalse();
    assertThat(renew(1)).isFalse();
  }

  @Test
  void whatIsNamedPinsTheFirstRelease() {
    claim(1);
    begin(ONE, 1);
    assertThat(claims.pin()).isEmpty();
    long first = offset;
    release(1, ONE);
    claim(2);
    begin(TWO, 2);
    long second = offset;
    release(2, TWO);
    claim(3);
    renew(1);
    assertThat(claims.pin()).hasValue(first);
    assertThat(claims.highestBefore(first)).isEqualTo(1);
    close(ONE, 1);
    assertThat(claims.pin()).hasValue(second);
    begin(TWO, 3);
    assertThat(claims.pin()).isEmpty();
  }

  @Test
  void whoReadsFromThePinKnowsTheNames() {
    claim(1);
    begin(ONE, 1);
    long pin = offset;
    OwnerClaims.Seen seen = next();
    LedgerRecord.Release release = new LedgerRecord.Release(new Attempt(1, 0), List.of(ONE));
    claims.released(release, seen);
    claim(2);
    OwnerClaims next = new OwnerClaims(claims.highestBefore(pin));
    assertThat(next.released(release, seen)).isTrue();
    assertThat(next.isNamed(ONE)).isTrue();
  }

  @Test
  void aTurnMayBeTakenBackFiveSecondsAfterTheLastReleaseWasRead() {
    claim(1);
    begin(ONE, 1);
    claim(2);
    begin(TWO, 2);
    claim(3);
    begin(ONE, 3);
    release(3, ONE);
    assertThat(claims.mayBeTakenBackFrom(ONE)).hasValue(read + RELEASE);
    assertThat(claims.mayBeTakenBackFrom(TWO)).isEmpty();
    read += 2_000;
    appended += 100;
    renew(3);
    assertThat(claims.mayBeTakenBackFrom(ONE)).hasValue(read + RELEASE);
  }

  @Test
  void whatRanBeforeTheClaimIsTakenOffByTheBrokersClock() {
    claim(1);
    begin(ONE, 1);
    release(1, ONE);
    appended += 2_000;
    claim(2);
    assertThat(claims.mayBeTakenBackFrom(ONE)).hasValue(read + RELEASE - 2_000);
    read += 1_000;
    appended += 1_000;
    renew(1);
    assertThat(claims.mayBeTakenBackFrom(ONE))
        .as("a renewal after the claim lasts in full")
        .hasValue(read + RELEASE);
  }

  @Test
  void aBrokersClockThatIsSetCountsForNoLessThanNothingAndNoMoreThanAll() {
    claim(1);
    begin(ONE, 1);
    release(1, ONE);
    appended -= 3_600_000;
    claim(2);
    assertThat(claims.mayBeTakenBackFrom(ONE)).hasValue(read + RELEASE);
    appended += 7_200_000;
    claim(3);
    assertThat(claims.mayBeTakenBackFrom(ONE)).hasValue(read);
  }

  @Test
  void whatIsKeptOfLeaversDoesNotGrowWithTheirNumber() {
    for (int owner = 1; owner <= 10_000; owner++) {
      TurnId turn = new TurnId("kitchen", "dialog-" + owner, "turn-" + owner);
      claim(owner);
      begin(turn, owner);
      release(owner, turn);
      close(turn, owner);
      appended += 60_000;
    }
    assertThat(claims.remembered()).isLessThan(20);
  }

  @Test
  void whoIsProvenByARecordOfNoMatterIsTheHighest() {
    claim(1);
    claims.proven(4, next());
    assertThat(claims.highest()).isEqualTo(4);
    assertThat(begin(ONE, 1)).isFalse();
    claims.proven(2, next());
    assertThat(claims.highest()).isEqualTo(4);
  }

  @Test
  void aReleaseOfAnOwnerWhoseClaimWasNotReadProvesIt() {
    assertThat(release(3, ONE)).isTrue();
    assertThat(claims.highest()).isEqualTo(3);
  }

  @Test
  void whoReadsOnFromAnOffsetIsToldWhoWasHighestBeforeIt() {
    OwnerClaims read = new OwnerClaims(2);
    assertThat(read.highestBefore(50)).isEqualTo(2);
    read.claimed(new LedgerRecord.Owner(new Attempt(3, 0), "three"), at(60));
    read.claimed(new LedgerRecord.Owner(new Attempt(5, 0), "five"), at(70));
    assertThat(read.highestBefore(60)).as("its own record is not before it").isEqualTo(2);
    assertThat(read.highestBefore(61)).isEqualTo(3);
    assertThat(read.highestBefore(71)).isEqualTo(5);
    assertThat(read.highestBefore(71)).as("asked twice").isEqualTo(5);
  }

  private OwnerClaims.Seen at(long offset) {
    return new OwnerClaims.Seen(offset, appended, read);
  }

  @Test
  void aTurnThatALaterLeaverNamesIsThatOnes() {
    claim(1);
    begin(ONE, 1);
    release(1, ONE);
    claim(2);
    begin(ONE, 2);
    release(2, ONE);
    claim(3);
    assertThat(sent(ONE, 1)).isFalse();
    assertThat(sent(ONE, 2)).isTrue();
    appended += RELEASE + 1;
    claim(4);
    assertThat(claims.remembered()).as("the second leaver and its turn").isEqualTo(2);
  }

  @Test
  void aTurnThatTwoLeaversNameIsTheSecondOnesAndTheFirstIsForgotten() {
    release(1, ONE);
    release(2, ONE);
    assertThat(claims.pin()).hasValue(101);
    appended += RELEASE + 1;
    claim(3);
    assertThat(claims.remembered()).isEqualTo(2);
  }

  @Test
  void aLeaverIsForgottenOnceItsReleaseIsOver() {
    claim(1);
    release(1);
    appended += RELEASE;
    claim(2);
    assertThat(claims.remembered()).isEqualTo(1);
    appended += 1;
    release(2);
    assertThat(claims.remembered()).as("the second alone").isEqualTo(1);
  }

  @Test
  void thatANamedTurnIsClosedIsKnownForAQuarterOfAnHour() {
    claim(1);
    release(1, ONE);
    close(ONE, 1);
    appended += 900_000;
    claim(2);
    assertThat(claims.remembered()).isEqualTo(1);
    assertThat(begin(ONE, 2)).isFalse();
    appended += 1;
    claim(3);
    assertThat(claims.remembered()).isZero();
    assertThat(begin(ONE, 3)).isTrue();
  }

  @Test
  void aNameOutlivesAllThatDoesNotEndIt() {
    claim(1);
    release(1, ONE);
    claim(2);
    assertThat(sent(ONE, 1)).isTrue();
    assertThat(begin(ONE, 1)).as("another try of its leaver's").isTrue();
    assertThat(claims.isNamed(ONE)).isTrue();
    assertThat(sent(ONE, 1)).isTrue();
  }

  @Test
  void howLongAReleaseRanBeforeTheClaimGoesByTheClaimAndNotByWhatFollowsIt() {
    claim(1);
    release(1, ONE);
    appended += 1_000;
    claim(2);
    appended += 2_000;
    begin(TWO, 2);
    assertThat(claims.mayBeTakenBackFrom(ONE)).hasValue(read + RELEASE - 1_000);
  }
}
