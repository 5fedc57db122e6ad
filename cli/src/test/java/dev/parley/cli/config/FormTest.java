package dev.parley.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormTest {
  @ParameterizedTest
  @CsvSource({"250ms,250", "30s,30000", "5m,300000", "2h,7200000", "1d,86400000", "0s,0"})
  void aDurationHasItsUnit(String text, long millis) {
    assertThat(Form.DURATION_WITH_UNIT.reader().apply(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "s", "-1s", "1.5h", "1w", ""})
  void aDurationWithoutUnitIsRefused(String text) {
    refuses(Form.DURATION_WITH_UNIT, text);
  }

  @Test
  void endpointsAreHostAndPort() {
    assertThat(Form.ENDPOINTS.reader().apply("a:1, b.example:65535,[::1]:9092"))
        .containsExactly("a:1", "b.example:65535", "[::1]:9092");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a:", ":1", "a:0", "a:65536", "a:1,", "http://a:1", "::1:9092"})
  void whatIsNotHostAndPortIsRefused(String text) {
    refuses(Form.ENDPOINTS, text);
  }

  @Test
  void aUrlLosesItsTrailingSlash() {
    assertThat(Form.URL.reader().apply("https://cic.example:8443/"))
        .isEqualTo(URI.create("https://cic.example:8443"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cic.example", "ftp://cic.example", "https://", "http:/a", "a b"})
  void whatIsNoUrlIsRefused(String text) {
    refuses(Form.URL, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "x", "", "99999999999"})
  void whatIsNoPortIsRefused(String text) {
    refuses(Form.PORT, text);
  }

  private static void refuses(Form<?> form, String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> form.reader().apply(text));
  }
}
