package dev.parley.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long a test waits for what must come, unless it says otherwise: long enough for a machine
 * that is busy with other things. JUnit finds it by itself in every module that has this one. Where
 * a test is to fail, as under mutants, it had better do so soon: {@code
 * -Dtests.patience.seconds=N}.
 */
public final class Patience implements BeforeAllCallback {
  /** For waits that are not Awaitility's. */
  public static final Duration LONGEST =
      Duration.ofSeconds(Integer.getInteger("tests.patience.seconds", 60));

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LONGEST);
  }
}
