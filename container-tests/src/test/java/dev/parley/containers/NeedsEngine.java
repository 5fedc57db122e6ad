package dev.parley.containers;

import dev.parley.testing.Needed;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;
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
      try {
        throw Needed.CONTAINERS.missing(ABSENT);
      } catch (TestAbortedException e) {
        return ConditionEvaluationResult.disabled(ABSENT);
      }
    }
  }
}
