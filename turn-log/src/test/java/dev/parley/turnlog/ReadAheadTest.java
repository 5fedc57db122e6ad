package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private final ReadAhead readAhead = new ReadAhead(100);

  @Test
  void itIsFullFromItsLimitOnUntilHalfOfItIsGone() {
    readAhead.add(99);
    assertThat(readAhead.isFull()).isFalse();
    readAhead.add(31);
    assertThat(readAhead.isFull()).isTrue();
    assertThat(readAhead.bytes()).isEqualTo(130);
    assertThat(readAhead.remove(79)).isFalse();
    assertThat(readAhead.isFull()).isTrue();
    assertThat(readAhead.remove(1)).isTrue();
    assertThat(readAhead.isFull()).isFalse();
    assertThat(readAhead.remove(50)).as("it was not full").isFalse();
    assertThat(readAhead.bytes()).isZero();
  }
}
