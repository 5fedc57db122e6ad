package dev.parley.containers;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * For tests that run containers. Where no engine answers they are skipped and say so; with {@code
 * -Dcontainers=required}, as in CI, they fail. Where one does, the images are made first.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsEngine.Condition.class)
@interface NeedsEngine {
  /** Asks for the engine, once for all tests. */
  final class Condition implements ExecutionCondition {
    private static final String ABSENT =
        "no Docker engine answers, so nothing was tried in containers; deploy/engine starts one";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (DockerClientFactory.instance().isDockerAvailable()) {
        try {
          Images.make();
        } catch (IOException e) {
          throw new IllegalStateException(e.getMessage(), e);
        }
        return ConditionEvaluationResult.enabled("a Docker engine answers");
      }
      if (System.getProperty("containers", "").equals("required")) {
        throw new IllegalStateException(ABSENT);
      }
      tell();
      return ConditionEvaluationResult.disabled(ABSENT);
    }

    /** On the console: what System.err takes goes to a file that nobody reads when tests pass. */
    private static void tell() {
      var console =
          new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
      console.println("container tests are skipped: " + ABSENT);
    }
  }
}
