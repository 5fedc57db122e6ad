package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CicSettingsTest {
  private static final CicSettings SETTINGS = CicSettings.of(URI.create("https://cic.example"));

  @ParameterizedTest
  @ValueSource(strings = {"ftp://cic.example", "cic.example:443", "https:///v1", "/v1"})
  void anUrlThatIsNotCicsIsRefused(String url) {
    assertThatThrownBy(() -> CicSettings.of(URI.create(url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be http://HOST[:PORT] or https://HOST[:PORT], not " + url);
  }

  @Test
  void figuresOutOfRangeAreRefused() {
    assertThatThrownBy(() -> SETTINGS.withDevicesPerLane(0))
        .hasMessage("devices per lane must be at least 1, not 0");
    assertThatThrownBy(() -> SETTINGS.withOpensPerSecond(0)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> SETTINGS.withOpensPerSecond(1_000_001))
        .hasMessageContaining("not 1000001");
  }

  @Test
  void cleartextAndLoopbackAreKnown() {
    assertThat(SETTINGS.isCleartext()).isFalse();
    CicSettings local = CicSettings.of(URI.create("http://127.0.0.1:8080"));
    assertThat(local.isCleartext()).isTrue();
    assertThat(local.isLoopback()).isTrue();
    assertThat(CicSettings.of(URI.create("http://192.0.2.1")).isLoopback()).isFalse();
  }
}
