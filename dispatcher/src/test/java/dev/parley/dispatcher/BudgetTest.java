package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.dispatcher.flow.Refusal;
import dev.parley.protocol.record.Ending.Known;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private final Budget budget = new Budget(new Capacity(2, 3, 1_000), new HeldBytes(1_000));

  @Test
  void turnsAreRefusedFromAsManyOnAsMayBeOpen() {
    budget.turns(1);
    assertThat(budget.refusal()).isEmpty();
    budget.turns(1);
    assertThat(budget.openTurns()).isEqualTo(2);
    assertThat(budget.refusal())
        .contains(new Refusal(Known.TOO_MANY_TURNS, "its dispatcher has 2 turns open already"));
    budget.turns(-1);
    assertThat(budget.refusal()).isEmpty();
  }

  @Test
  void turnsAreRefusedWhileTooMuchSpeechWaitsForCic() {
    // Less than nothing may wait.
    Budget full = new Budget(new Capacity(2, 3, -4), new HeldBytes(-4));
    assertThat(full.refusal())
        .hasValueSatisfying(refusal -> {
          assertThat(refusal.ending()).isEqualTo(Known.OVERLOADED);
          assertThat(refusal.detail()).contains("too much speech");
        });
  }

  @Test
  void devicesAreCountedUpToAsManyAsMayBe() {
    budget.devices(2);
    assertThat(budget.isFullOfDevices()).isFalse();
    budget.devices(1);
    assertThat(budget.isFullOfDevices()).isTrue();
    budget.devices(-1);
    assertThat(budget.devices()).isEqualTo(2);
    assertThat(budget.isFullOfDevices()).isFalse();
  }

  @Test
  void itTellsHowPartitionsStandForAsLongAsTheyAreWorkedOn() {
    Standing standing = new Standing(4, 2, 100, 0, Optional.empty());
    Supplier<Standing> tenure = () -> standing;
    budget.began(tenure);
    assertThat(budget.standings()).containsExactly(standing);
    budget.ended(tenure);
    assertThat(budget.standings()).isEmpty();
  }
}
