package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import org.junit.jupiter.api.Test;

final class RecentTurnsTest {
  private static final long READABLE = RecentTurns.READABLE_MILLIS;
  private static final long KEPT = FlowLimits.DEFAULT.upload().toMillis();

  private final RecentTurns recent = new RecentTurns(FlowLimits.DEFAULT.withRemembered(2));

  private static TurnId id(int n) {
    return FlowBench.turn("kitchen", "dialog-" + n);
  }

  private void settle(int n, long ledgerFrom, long now) {
    recent.add(new Turn(id(n), new Attempt(1, 1), "s1", n, ledgerFrom, 1_000, 0, 1_000), now);
  }

  @Test
  void theNextOwnerIsToReadOfThemForHalfAMinute() {
    settle(1, 50, 1_000);
    settle(2, 40, 2_000);
    assertThat(recent.ledgerFrom(2_000, 99)).isEqualTo(40);
    assertThat(recent.ledgerFrom(1_999 + READABLE, 99)).isEqualTo(40);
    assertThat(recent.ledgerFrom(2_000 + READABLE, 99)).isEqualTo(99);
  }

  @Test
  void thisOwnerKnowsThemForAsLongAsADeviceMaySpeak() {
    settle(1, 50, 1_000);
    assertThat(recent.ledgerFrom(999 + KEPT, 99)).isEqualTo(99);
    assertThat(recent.contains(id(1))).isTrue();
    assertThat(recent.ledgerFrom(1_000 + KEPT, 99)).isEqualTo(99);
    assertThat(recent.contains(id(1))).isFalse();
  }

  @Test
  void beyondAsManyAsAreRememberedTheFirstIsForgotten() {
    settle(1, 10, 1_000);
    settle(2, 20, 1_000);
    assertThat(recent.remembered()).isEqualTo(2);
    settle(3, 30, 1_000);
    assertThat(recent.remembered()).isEqualTo(2);
    assertThat(recent.contains(id(1))).isFalse();
    assertThat(recent.contains(id(3))).isTrue();
    assertThat(recent.ledgerFrom(1_000, 99)).isEqualTo(20);
  }

  @Test
  void oneThatIsSettledAgainIsTheLast() {
    settle(1, 10, 1_000);
    settle(2, 20, 1_000);
    settle(1, 15, 2_000);
    settle(3, 30, 2_000);
    assertThat(recent.contains(id(2))).isFalse();
    assertThat(recent.ledgerFrom(2_000, 99)).isEqualTo(15);
  }
}
