package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.cic.Suspicion.Verdict;
import org.junit.jupiter.api.Test;

final class SuspicionTest {
  private static final boolean ALONE = true;
  private static final boolean BESIDE_OTHERS = false;

  private final Suspicion suspicion = new Suspicion();
  private final Object one = new Object();
  private final Object other = new Object();

  @Test
  void theFirstResetIsForgivenAndASecondOneOfTheSameDeviceMovesIt() {
    assertThat(suspicion.reset(one, BESIDE_OTHERS)).isEqualTo(Verdict.GO_ON);
    assertThat(suspicion.reset(one, BESIDE_OTHERS)).isEqualTo(Verdict.MOVE_DEVICE);
  }

  @Test
  void twoResetsOfDifferentDevicesOrOfOneThatIsAloneAreTheConnections() {
    assertThat(suspicion.reset(one, BESIDE_OTHERS)).isEqualTo(Verdict.GO_ON);
    assertThat(suspicion.reset(other, BESIDE_OTHERS)).isEqualTo(Verdict.LEAVE);
    suspicion.well();
    assertThat(suspicion.reset(one, ALONE)).isEqualTo(Verdict.GO_ON);
    assertThat(suspicion.reset(one, ALONE)).isEqualTo(Verdict.LEAVE);
  }

  @Test
  void whatEndsWellOrIsGreetedAgainIsForgiven() {
    assertThat(suspicion.reset(one, BESIDE_OTHERS)).isEqualTo(Verdict.GO_ON);
    suspicion.greeted(other);
    assertThat(suspicion.reset(other, BESIDE_OTHERS)).isEqualTo(Verdict.LEAVE);
    suspicion.greeted(other);
    assertThat(suspicion.reset(one, BESIDE_OTHERS)).isEqualTo(Verdict.GO_ON);
    suspicion.well();
    assertThat(suspicion.reset(other, BESIDE_OTHERS)).isEqualTo(Verdict.GO_ON);
  }

  @Test
  void anOpeningThatHangsIsTheConnectionsWhereNobodyHasHeardHello() {
    assertThat(suspicion.hung(one, BESIDE_OTHERS)).isEqualTo(Verdict.LEAVE);
    suspicion.greeted(one);
    assertThat(suspicion.hung(one, BESIDE_OTHERS)).isEqualTo(Verdict.GO_ON);
    assertThat(suspicion.hung(one, BESIDE_OTHERS)).isEqualTo(Verdict.GO_ON);
    assertThat(suspicion.hung(other, BESIDE_OTHERS)).isEqualTo(Verdict.LEAVE);
    suspicion.greeted(one);
    assertThat(suspicion.hung(other, BESIDE_OTHERS)).isEqualTo(Verdict.GO_ON);
    assertThat(suspicion.hung(other, ALONE)).isEqualTo(Verdict.LEAVE);
  }

  @Test
  void twoEventsThatAreStuckInARowAreTheConnections() {
    assertThat(suspicion.stuck(BESIDE_OTHERS)).isEqualTo(Verdict.GO_ON);
    suspicion.well();
    assertThat(suspicion.stuck(BESIDE_OTHERS)).isEqualTo(Verdict.GO_ON);
    assertThat(suspicion.stuck(BESIDE_OTHERS)).isEqualTo(Verdict.LEAVE);
    suspicion.well();
    assertThat(suspicion.stuck(ALONE)).isEqualTo(Verdict.LEAVE);
  }
}
