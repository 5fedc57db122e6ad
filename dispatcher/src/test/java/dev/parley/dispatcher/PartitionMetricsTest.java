package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PartitionMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final PartitionMetrics metrics = new PartitionMetrics(registry, Tags.empty());

  private List<Double> openTurns() {
    return registry.find("parley.dispatcher.turns.open").gauges().stream()
        .map(Gauge::value)
        .toList();
  }

  @Test
  void aTenureThatFinishesIsCountedWithThePresentOneOfItsPartition() {
    metrics.show(
        List.of(),
        List.of(
            new Standing(3, 2, 0, 0, Optional.empty()),
            new Standing(3, 40, 0, 0, Optional.empty())));
    assertThat(openTurns()).containsExactly(42.0);
  }

  @Test
  void whatIsShownIsTrueNowAndAPartitionThatIsGivenAwayIsShownNoMore() {
    metrics.show(
        List.of(),
        List.of(
            new Standing(3, 2, 0, 0, Optional.empty()),
            new Standing(4, 1, 0, 0, Optional.empty())));
    metrics.show(List.of(), List.of(new Standing(3, 5, 0, 0, Optional.empty())));
    assertThat(openTurns()).containsExactly(5.0);
  }
}
