package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpeakerTest {
  @Test
  void theSameSeedSpeaksTheSame() {
    Speaker one = new Speaker(7, 3, 1_000_000_000);
    Speaker other = new Speaker(7, 3, 1_000_000_000);
    assertThat(other.phaseNanos()).isEqualTo(one.phaseNanos());
    for (int i = 0; i < 20; i++) {
      assertThat(other.nextLength()).isEqualTo(one.nextLength());
    }
  }

  @Test
  void dialogsLastThreeToEightSecondsAndTheFirstIsCut() {
    Speaker speaker = new Speaker(7, 4, 1_000_000_000);
    assertThat(speaker.nextLength()).isBetween(1, 40);
    for (int i = 0; i < 100; i++) {
      assertThat(speaker.nextLength()).isBetween(15, 40);
    }
  }
}
