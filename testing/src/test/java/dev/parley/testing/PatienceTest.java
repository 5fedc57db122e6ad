package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class PatienceTest {
  @Test
  void everyTestRunsInAThreadThatIsGivenUpAfterItsTimeOut() {
    assertThat(Thread.currentThread().getName()).startsWith("junit-timeout");
  }

  @Test
  void whatIsMissingSkipsTheTestUnlessItMustBeThere() {
    String property = "containers";
    String before = System.getProperty(property, "");
    try {
      System.setProperty(property, "");
      assertThatThrownBy(() -> Needed.CONTAINERS.missing("no engine"))
          .isInstanceOf(TestAbortedException.class)
          .hasMessageContaining("no engine");
      System.setProperty(property, "required");
      assertThatThrownBy(() -> Needed.CONTAINERS.missing("no engine"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("-Dcontainers=required");
    } finally {
      System.setProperty(property, before);
    }
  }
}
