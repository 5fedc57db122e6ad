package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private final ReadAhead readAhead = new ReadAhead(100);

  @Test
  void itIsFullFromItsLimitOnUntilAQuarterOfItIsGone() {
    readAhead.add(49);
    assertThat(readAhead.room()).isEqualTo(ReadAhead.Room.ROOMY);
    readAhead.add(50);
    assertThat(readAhead.room()).isEqualTo(ReadAhead.Room.TIGHT);
    readAhead.add(31);
    assertThat(readAhead.room()).isEqualTo(ReadAhead.Room.FULL);
    assertThat(readAhead.bytes()).isEqualTo(130);
    assertThat(readAhead.remove(54)).isFalse();
    assertThat(readAhead.room()).isEqualTo(ReadAhead.Room.FULL);
    assertThat(readAhead.remove(1)).isTrue();
    assertThat(readAhead.room()).isEqualTo(ReadAhead.Room.TIGHT);
  }

  @Test
  void itIsTightFromHalfOfItOnUntilAQuarterOfThatIsGone() {
    readAhead.add(50);
    assertThat(readAhead.room()).isEqualTo(ReadAhead.Room.TIGHT);
    assertThat(readAhead.remove(11)).isFalse();
    readAhead.add(40);
    assertThat(readAhead.room()).as("it was not full").isEqualTo(ReadAhead.Room.TIGHT);
    assertThat(readAhead.remove(40)).isFalse();
    assertThat(readAhead.remove(1)).isTrue();
    assertThat(readAhead.room()).isEqualTo(ReadAhead.Room.ROOMY);
    assertThat(readAhead.remove(38)).as("it was roomy").isFalse();
    assertThat(readAhead.bytes()).isZero();
  }

  @Test
  void whatWasFullIsRoomyAtOnceWhenMuchOfItGoes() {
    readAhead.add(100);
    assertThat(readAhead.remove(63)).isTrue();
    assertThat(readAhead.room()).isEqualTo(ReadAhead.Room.ROOMY);
  }
}
