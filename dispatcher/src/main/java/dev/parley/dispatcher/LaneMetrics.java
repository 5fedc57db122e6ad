package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.LaneCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What lanes, downchannels and events tell of themselves. Lanes are counted when {@link #refresh}
 * is called, and meters show that count until the next: whoever scrapes them does not make the
 * lanes count. Any thread.
 */
final class LaneMetrics {
  private final MeterRegistry registry;
  private final Supplier<LaneCounts> counts;
  private final AtomicReference<LaneCounts> last;

  /** Counts once, and registers the meters. */
  LaneMetrics(MeterRegistry registry, Supplier<LaneCounts> counts) {
    this.registry = registry;
    this.counts = counts;
    this.last = new AtomicReference<>(counts.get());
    lanes("open", LaneCounts::open);
    lanes("leaving", LaneCounts::leaving);
    gauge("lanes.devices", "Devices that have a lane", LaneCounts::devices);
    gauge("lanes.devices.most", "Devices that may share a lane now", LaneCounts::devicesPerLane);
    gauge(
        "downchannels.waiting",
        "Downchannels that wait for their turn to be opened",
        LaneCounts::waitingToOpen);
    for (LaneCounts.Why why : LaneCounts.Why.values()) {
      FunctionCounter.builder(
              "parley.dispatcher.lanes.left", last, l -> l.get().left().getOrDefault(why, 0L))
          .description("Lanes that devices left")
          .tag("reason", why.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    counter("downchannels.opens", "Downchannels asked for", LaneCounts::opens);
    counter("downchannels.reopens", "Of these, again", LaneCounts::reopens);
    counter("events.strayed", "Events stopped on a foreign connection", LaneCounts::strays);
    counter("events.stuck", "Events of which CIC took nothing", LaneCounts::stuckResets);
    counter("tokens.refreshed", "Fresh tokens asked for", LaneCounts::tokenRefreshes);
  }

  /** Counts anew. */
  void refresh() {
    last.set(counts.get());
  }

  private void lanes(String state, ToDoubleFunction<LaneCounts> value) {
    Gauge.builder("parley.dispatcher.lanes", last, l -> value.applyAsDouble(l.get()))
        .description("Connections to CIC")
        .tag("state", state)
        .register(registry);
  }

  private void gauge(String name, String description, ToDoubleFunction<LaneCounts> value) {
    Gauge.builder("parley.dispatcher." + name, last, l -> value.applyAsDouble(l.get()))
        .description(description)
        .register(registry);
  }

  private void counter(String name, String description, ToDoubleFunction<LaneCounts> value) {
    FunctionCounter.builder("parley.dispatcher." + name, last, l -> value.applyAsDouble(l.get()))
        .description(description)
        .register(registry);
  }
}
