package dev.parley.producer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import javax.sound.sampled.LineUnavailableException;
import org.junit.jupiter.api.Test;

class MicrophoneTest {
  @Test
  void aMachineWithoutOneSaysSo() {
    assertThatThrownBy(() ->
            Microphone.open(format -> {
              throw new IllegalArgumentException("No line matching");
            }))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("no microphone");
  }

  @Test
  void oneThatIsInUseSaysSo() {
    assertThatThrownBy(() ->
            Microphone.open(format -> {
              throw new LineUnavailableException("busy");
            }))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("in use");
  }
}
