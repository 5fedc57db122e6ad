package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowTest {
  /** One second of ten dialogs, of which this came. */
  private static Window window(int silent, long chunks, long sent, long arrived, long open) {
    return new Window(
        "dispatcher",
        Transport.CLEAR,
        10,
        silent,
        2,
        100,
        chunks,
        0,
        new Window.Account(new Side.Said(sent, 0), arrived),
        open,
        10,
        "",
        1,
        2,
        3,
        2,
        Map.of("dispatcher", 4_000.0));
  }

  @Test
  void cpuIsPerChunkOrPerSecond() {
    Window window = window(0, 100, 120, 120, 10);
    assertThat(window.cpuPerChunk("dispatcher")).isEqualTo(40);
    assertThat(window.cpuPerSecond("dispatcher")).isEqualTo(2);
    assertThat(window.cpuPerChunk("floor")).isNaN();
    assertThat(window.lacks()).isEmpty();
    assertThat(window.carries(100)).isTrue();
    assertThat(window.carries(1)).isFalse();
  }

  @Test
  void aWindowWithoutAChunkHasNoCpuPerChunk() {
    Window window = window(0, 0, 120, 120, 10);
    assertThat(window.cpuPerChunk("dispatcher")).isNaN();
    assertThat(window.lacks()).hasValue("dispatcher: no chunk arrived");
  }

  @Test
  void oneChunkThatNeverArrivedIsLacking() {
    assertThat(window(0, 100, 120, 119, 10).lacks())
        .hasValue("dispatcher: 1 of 120 chunks never arrived");
  }

  @Test
  void soIsALoadThatKafkaDidNotTake() {
    Window whole = window(0, 100, 120, 120, 10);
    Window refused =
        new Window(
            whole.side(),
            whole.transport(),
            whole.talking(),
            whole.silent(),
            whole.seconds(),
            whole.due(),
            whole.chunks(),
            whole.repeated(),
            new Window.Account(new Side.Said(120, 3), 120),
            whole.open(),
            whole.connections(),
            whole.session(),
            whole.p50(),
            whole.p99(),
            whole.max(),
            whole.firstP99(),
            whole.cpuMicros());
    assertThat(refused.lacks()).isPresent();
  }

  @Test
  void soIsAWindowThatFellBehind() {
    assertThat(window(0, 90, 120, 120, 10).lacks()).isPresent();
    assertThat(window(0, 90, 120, 120, 10).carries(1_000)).isFalse();
  }

  @Test
  void silentDialogsMustBeOpenThroughout() {
    assertThat(window(90, 100, 120, 120, 100).lacks()).isEmpty();
    assertThat(window(90, 100, 120, 120, 10).lacks())
        .hasValue("dispatcher: 10 of 100 dialogs were open");
  }
}
