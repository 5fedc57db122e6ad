package dev.parley.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.CicStatus;
import dev.parley.protocol.Ids;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows from how a turn ended. */
class EndingTest {
  @ParameterizedTest
  @EnumSource(Ending.Known.class)
  void aRecordNamesAnEndingByItsStatusAndReason(Ending.Known ending) {
    assertThat(Ending.of(ending.status(), ending.reason())).isEqualTo(ending);
    assertThat(Ids.isValid(ending.reason())).isTrue();
  }

  @Test
  void noTwoHaveTheSameReason() {
    Set<String> reasons = new HashSet<>();
    for (Ending.Known ending : Ending.Known.values()) {
      assertThat(reasons.add(ending.reason())).as(ending.reason()).isTrue();
    }
  }

  @Test
  void cicsStatusIsPartOfTheReason() {
    Ending refused = new Ending.Refused(503);
    assertThat(refused.reason()).isEqualTo("cic-503");
    assertThat(refused.sentence()).contains("503");
    assertThat(Ending.of(TurnStatus.REFUSED, "cic-503")).isEqualTo(refused);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 99, 1_000})
  void aStatusHasThreeDigits(int code) {
    assertThatThrownBy(() -> new Ending.Refused(code)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"FAILED, tired", "OK, gap", "REFUSED, cic-", "REFUSED, cic-5030", "FAILED, cic-503"})
  void whatAnotherBuildWroteIsKeptAsItIs(TurnStatus status, String reason) {
    Ending ending = Ending.of(status, reason);
    assertThat(ending).isEqualTo(new Ending.Other(status, reason));
    assertThat(ending.isTriedAgain()).isFalse();
    assertThat(ending.matter()).isEqualTo(Ending.Matter.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "200, SERVED, false",
    "204, SERVED, false",
    "201, FINAL, false",
    "302, FINAL, false",
    "400, FINAL, false",
    "401, REFUSED_TOKEN, false",
    "403, BARRED, false",
    "404, FINAL, false",
    "408, PASSING, true",
    "412, PASSING, true",
    "413, FINAL, false",
    "423, BARRED, false",
    "429, PASSING, true",
    "451, BARRED, false",
    "500, PASSING, true",
    "501, FINAL, false",
    "502, AWAY, true",
    "503, AWAY, true",
    "504, AWAY, true",
    "599, PASSING, true",
  })
  void whatCicMeansByAStatus(int code, CicStatus meaning, boolean triedAgain) {
    assertThat(CicStatus.of(code)).isEqualTo(meaning);
    assertThat(new Ending.Refused(code).isTriedAgain()).isEqualTo(triedAgain);
  }

  @Test
  void whetherADeviceIsLetInIsAMatterOfItsCredentials() {
    for (int code : new int[] {401, 403, 423, 451}) {
      assertThat(new Ending.Refused(code).matter()).isEqualTo(Ending.Matter.CREDENTIALS);
    }
    for (int code : new int[] {400, 412, 429, 500, 503}) {
      assertThat(new Ending.Refused(code).matter()).isEqualTo(Ending.Matter.CIC);
    }
  }
}
