package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapacityTest {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  @Test
  void aQuarterOfWhatAnIdleDispatcherLeavesIsForSpeechAndOneForDevices() {
    // 1,024 MiB of 1,048; with 64 devices to a connection each takes 17 KiB.
    assertThat(Capacity.of(1_048 * MIB, 64)).isEqualTo(new Capacity(15_420, 15_420, 256 * MIB));
    // With one to a connection, 80 KiB.
    assertThat(Capacity.of(1_048 * MIB, 1)).isEqualTo(new Capacity(3_276, 3_276, 256 * MIB));
  }

  @Test
  void ofASmallHeapAnEighthIsForSpeechHoweverLittleIsLeft() {
    assertThat(Capacity.of(24 * MIB, 1).heldBytes()).isEqualTo(3 * MIB);
    assertThat(Capacity.of(64 * KIB, 1).devices()).isEqualTo(1);
  }

  @Test
  void aLargeHeapIsForDevicesAndNotForMoreTurnsThanTwoCoresCarry() {
    Capacity large = Capacity.of(1_024L * 1_024 * MIB, 64);
    assertThat(large.openTurns()).isEqualTo(20_000);
    assertThat(large.devices()).isEqualTo(1_000_000);
  }

  @Test
  void byItselfItGoesByThisProcesssHeap() {
    assertThat(Capacity.ofHeap(8)).isEqualTo(Capacity.of(Runtime.getRuntime().maxMemory(), 8));
  }
}
