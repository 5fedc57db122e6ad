package dev.parley.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.producer.Ack;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EchoCheckTest {
  private static final List<Ack> CHUNKS =
      List.of(
          new Ack(1, 6_400, 0, 10, 1_000),
          new Ack(2, 6_400, 0, 11, 1_200),
          new Ack(3, 3_200, 0, 12, 1_400));

  private static EchoCheck.Finding check(long stopCapture, long length, String sha256) {
    OptionalLong stop = stopCapture < 0 ? OptionalLong.empty() : OptionalLong.of(stopCapture);
    return EchoCheck.check(CHUNKS, bytes -> "hash of " + bytes, stop, length, sha256);
  }

  @Test
  void withoutStopCaptureAllOfItMustComeBack() {
    assertThat(check(-1, 16_000, "hash of 16000").verified()).isTrue();
    assertThat(check(-1, 12_800, "hash of 12800").verified()).isFalse();
  }

  @Test
  void withStopCaptureEveryChunkBeforeItMustComeBack() {
    assertThat(check(1_300, 12_800, "hash of 12800").verified()).isTrue();
    assertThat(check(1_300, 16_000, "hash of 16000").verified()).isTrue();
    assertThat(check(1_300, 6_400, "hash of 6400").verified()).isFalse();
  }

  @Test
  void itMustBeTheVeryBytes() {
    assertThat(check(-1, 16_000, "another").verified()).isFalse();
  }

  @Test
  void moreThanWasPublishedIsWrong() {
    EchoCheck.Finding finding = check(-1, 20_000, "hash of 16000");
    assertThat(finding.verified()).isFalse();
    assertThat(finding.text()).isEqualTo("20,000 bytes, but only 16,000 were published");
  }
}
