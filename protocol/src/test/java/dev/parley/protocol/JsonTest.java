package dev.parley.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class JsonTest {
  private static ObjectNode read(String json) throws MalformedException {
    return Json.object(json.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":1.10}",
        "{\"a\":12345678901234567890.123456789012345678901}",
        "{\"a\":1E+9999,\"b\":1E+999999999}",
        "{\"a\":123456789012345678901234567890}",
        "{\"a\":[null,true,\"é 한 😀 \\\" \\\\ \\n\"]}",
      })
  void whatPassesThroughStaysWhatItWas(String json) throws MalformedException {
    assertThat(new String(Json.bytes(read(json)), UTF_8)).isEqualTo(json);
  }

  @Test
  void halfASurrogatePairDoesNotStopTheWriter() throws MalformedException {
    assertThat(new String(Json.bytes(read("{\"a\":\"\\ud800\"}")), UTF_8))
        .isEqualTo("{\"a\":\"\\uD800\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"a\"",
        "{",
        "{}{}",
        "{} x",
        "{\"a\":NaN}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1e9999999999}",
        "{\"a\":-1E-9999999999}",
        "{\"a\":1e2147483648}",
        "{\"a\":0e9999999999}",
        "{\"a\":0.1E-2147483647}",
        "{\"secret\":secret}",
      })
  void anythingButOneObjectIsMalformedAndNotQuoted(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("JSON")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    byte[] json = {'{', '"', (byte) 0xFF, '"', ':', '1', '}'};
    assertThatThrownBy(() -> Json.object(json)).isInstanceOf(MalformedException.class);
  }

  @Test
  void depthAndSizeAreBounded() throws MalformedException {
    assertThat(read("{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}")).isNotNull();
    assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}"))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("deeper than 64");
    String longest = "{\"a\":\"" + "x".repeat(Json.MAX_BYTES - 8) + "\"}";
    assertThat(read(longest)).isNotNull();
    assertThatThrownBy(() -> read(longest + " "))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("larger than");
  }

  @Test
  void theLengthOfANumberIsBounded() throws MalformedException {
    String digits = "7".repeat(Json.MAX_NUMBER);
    String longest = "{\"a\":" + digits + "}";
    assertThat(new String(Json.bytes(read(longest)), UTF_8)).isEqualTo(longest);
    for (String number : new String[] {digits + "7", "0." + digits, "1e" + digits}) {
      assertThatThrownBy(() -> read("{\"a\":" + number + "}"))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("a number longer than 1000")
          .hasMessageNotContaining("777");
    }
  }

  @Test
  void fieldsOfAnotherTypeAreNamed() throws MalformedException {
    ObjectNode object = read("{\"s\":\"x\",\"n\":1,\"f\":1.5,\"big\":9223372036854775808}");
    assertThat(Json.text(object, "s")).isEqualTo("x");
    assertThat(Json.text(object, "n", "none")).isEqualTo("none");
    assertThat(Json.number(object, "n")).isEqualTo(1);
    assertThatThrownBy(() -> Json.text(object, "n")).hasMessage("\"n\" is missing or not a string");
    for (String field : new String[] {"s", "f", "big", "none"}) {
      assertThatThrownBy(() -> Json.number(object, field))
          .isInstanceOf(MalformedException.class)
          .hasMessage("\"" + field + "\" is missing or not a whole number");
    }
    assertThatThrownBy(() -> Json.object(object, "s"))
        .hasMessage("\"s\" is missing or not an object");
  }
}
