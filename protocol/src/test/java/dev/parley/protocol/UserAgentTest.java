package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** C9: what a User-Agent may look like. */
class UserAgentTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Maker/Product/1.2.3 (Linux 6.1;armv7)",
        "Maker/Product/0.0.0-beta (Android 7.0;qcom)",
        "Maker/Product/1.2.3-rc.1+build.77 (OS;HW)",
        "Maker/Product/1.2.3+77 (OS;HW)",
        "Some Maker Inc./My Speaker_2/10.20.30 (My-OS 1.0;Board rev_5)",
        "M/P/1.2.3 (O;H;sdk=0.1.0;name=a%20b;model=Living Room 100%)",
      })
  void whatHasTheFormIsTaken(String text) throws MalformedException {
    assertThat(UserAgent.parse(text)).hasToString(text);
  }

  @Test
  void itsPartsAreNamed() throws MalformedException {
    assertThat(UserAgent.parse("M x/P/1.2.3-a+b (O 1;H 2;k=v;l=w)"))
        .isEqualTo(new UserAgent("M x", "P", "1.2.3-a+b", "O 1", "H 2", List.of("k=v", "l=w")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'' | in parentheses",
        "Maker/Product/1.2.3 | in parentheses",
        "Maker/Product/1.2.3(OS;HW) | in parentheses",
        "Maker/Product/1.2.3 (OS;HW | in parentheses",
        "'Maker/Product/1.2.3 (OS;HW) ' | in parentheses",
        "Product/1.2.3 (OS;HW) | three parts",
        "Maker/Product/1.2.3/4 (OS;HW) | three parts",
        "/Product/1.2.3 (OS;HW) | the maker is missing",
        "Ma(ker/Product/1.2.3 (OS;HW) | the maker must be words",
        "' Maker/Product/1.2.3 (OS;HW)' | the maker must be words",
        "Ma  ker/Product/1.2.3 (OS;HW) | the maker must be words",
        "Mäker/Product/1.2.3 (OS;HW) | the maker must be words",
        "Maker//1.2.3 (OS;HW) | the product is missing",
        "Maker/Pro%20duct/1.2.3 (OS;HW) | the product must be words",
        "Maker/Product/1.2 (OS;HW) | version",
        "Maker/Product/v1.2.3 (OS;HW) | version",
        "Maker/Product/1.2.3- (OS;HW) | version",
        "Maker/Product/1.2.3+a+b (OS;HW) | version",
        "Maker/Product/1.2.3  (OS;HW) | version",
        "Maker/Product/1.2.3 () | OS info and HW info",
        "Maker/Product/1.2.3 (OS) | OS info and HW info",
        "Maker/Product/1.2.3 (;HW) | the OS info is missing",
        "Maker/Product/1.2.3 (O/S;HW) | the OS info must be words",
        "Maker/Product/1.2.3 (OS;) | the HW info is missing",
        "Maker/Product/1.2.3 (OS; HW) | the HW info must be words",
        "Maker/Product/1.2.3 (OS;HW)) | the HW info must be words",
        "Maker/Product/1.2.3 (OS;HW;) | field 3",
        "Maker/Product/1.2.3 (OS;HW;a=b;c) | field 4",
        "Maker/Product/1.2.3 (OS;HW;a%=b) | field 3",
        "Maker/Product/1.2.3 (OS;HW;a=) | field 3",
        "'Maker/Product/1.2.3 (OS;HW;a=b\r\nX: y)' | field 3",
      })
  void whatHasNotIsRefusedByTheNameOfThePart(String text, String part) {
    assertThatThrownBy(() -> UserAgent.parse(text))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(part)
        .hasMessageContaining("the form is Maker/Product/1.2.3");
  }

  @Test
  void itIsAtMost512CharactersLong() throws MalformedException {
    String shortest = "M/P/1.2.3 (O;H)";
    String longest = "M".repeat(512 - shortest.length()) + shortest;
    assertThat(UserAgent.parse(longest).toString()).hasSize(512);
    assertThatThrownBy(() -> UserAgent.parse("M" + longest))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("longer than 512");
  }
}
