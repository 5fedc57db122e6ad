package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceIdentityTest {
  @Test
  void theTokenIsInNoText() {
    DeviceIdentity identity =
        new DeviceIdentity("hush", DeviceIdentity.DEFAULT_USER_AGENT, Optional.of("a,b"));
    assertThat(identity.toString()).doesNotContain("hush").contains("****");
  }
}
