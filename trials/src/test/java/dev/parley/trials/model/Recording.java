package dev.parley.trials.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.flow.Effect;
import dev.parley.dispatcher.flow.FlowLimits;
import dev.parley.dispatcher.flow.Input;
import dev.parley.dispatcher.flow.Moment;
import dev.parley.dispatcher.flow.PartitionFlow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** A flow, and all that it was given and said, so that it can be lived again. */
final class Recording {
  private record Step(Supplier<Input> input, Moment at, List<Effect> effects) {}

  private final FlowLimits limits;
  private final long seed;
  private final PartitionFlow flow;
  private final List<Step> steps = new ArrayList<>();

  /** A new flow; its jitter is drawn by this seed. */
  Recording(FlowLimits limits, long seed) {
    this.limits = limits;
    this.seed = seed;
    this.flow = newFlow();
  }

  private PartitionFlow newFlow() {
    return new PartitionFlow(limits, new Random(seed));
  }

  PartitionFlow flow() {
    return flow;
  }

  /** Gives it an input; {@code input} makes the same one each time. */
  List<Effect> apply(Supplier<Input> input, Moment at) {
    List<Effect> effects = flow.apply(input.get(), at);
    steps.add(new Step(input, at, effects));
    return effects;
  }

  /** How many inputs it was given. */
  int size() {
    return steps.size();
  }

  /**
   * Gives all of it to a new flow.
   *
   * @throws AssertionError when that says anything else
   */
  void replay() {
    PartitionFlow again = newFlow();
    for (Step step : steps) {
      Input input = step.input.get();
      List<Effect> effects = again.apply(input, step.at);
      if (!effects.equals(step.effects)) {
        // Arrays are the same by what is in them.
        assertThat(effects)
            .as("what comes of %s when it is replayed", input)
            .usingRecursiveComparison()
            .withStrictTypeChecking()
            .isEqualTo(step.effects);
      }
    }
  }
}
