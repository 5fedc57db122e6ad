package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "4e4080d6-c440-498a-bb73-ae86c6312806",
        "A.b_c-9",
        "...",
        ".a",
        "0123456789012345678901234567890123456789012345678901234567890123",
      })
  void anIdIsTaken(String id) {
    assertThat(Ids.isValid(id)).isTrue();
    assertThat(Ids.check("device", id)).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ".",
        "..",
        "a b",
        "a/b",
        "a\n",
        "\u0000",
        "é",
        "٣",
        "a%2e",
        "a:b",
        "01234567890123456789012345678901234567890123456789012345678901234",
      })
  void whatCouldNotStandInAPathOrALogIsRefusedAndNotQuoted(String id) {
    assertThat(Ids.isValid(id)).isFalse();
    assertThatThrownBy(() -> Ids.check("device", id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "device must be 1 to 64 of the characters A-Z a-z 0-9 . _ - and not only one or two"
                + " dots (its length is "
                + id.length()
                + ")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1", "9223372036854775807.2147483647"})
  void anAttemptIsWrittenAsItIsRead(String text) throws MalformedException {
    assertThat(Attempt.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1",
        "1.",
        ".1",
        "0.1",
        "-1.1",
        "1.-1",
        "+1.1",
        "1.+1",
        "01.1",
        "1.01",
        "1.1.1",
        "a.b",
        "1 .1",
        "٣.1",
        "9223372036854775808.1",
        "1.2147483648",
      })
  void anAttemptInAnotherFormIsMalformedAndNotQuoted(String text) {
    assertThatThrownBy(() -> Attempt.parse(text))
        .isInstanceOf(MalformedException.class)
        .hasMessage("attempt is not of the form owner.try")
        .hasNoCause();
  }
}
