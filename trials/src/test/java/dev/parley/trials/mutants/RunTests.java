package dev.parley.trials.mutants;

import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs test classes in a process of its own, which ends with the first test that fails. */
final class RunTests {
  static final int PASSED = 0;
  static final int FAILED = 10;

  /** No test was found. */
  private static final int EMPTY = 11;

  private RunTests() {}

  /** {@code names}: of the classes. */
  public static void main(String[] names) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(names).map(DiscoverySelectors::selectClass).toList())
            .configurationParameter("junit.jupiter.execution.timeout.default", "60 s")
            .build();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, summary, new EndsAtAFailure());
    System.exit(summary.getSummary().getTestsSucceededCount() > 0 ? PASSED : EMPTY);
  }

  private static final class EndsAtAFailure implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (result.getStatus() == TestExecutionResult.Status.FAILED) {
        System.out.println(test.getDisplayName() + ": " + result.getThrowable().orElse(null));
        System.out.flush();
        Runtime.getRuntime().halt(FAILED);
      }
    }
  }
}
