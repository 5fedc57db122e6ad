package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.cic.LaneCounts;
import dev.parley.dispatcher.flow.RecordReason;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.turnlog.PartitionState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DispatcherMetricsTest {
  private final TestParts test = new TestParts();
  private final SimpleMeterRegistry registry = test.registry;
  private final DispatcherMetrics metrics = test.parts.metrics();

  DispatcherMetricsTest() throws IOException {}

  @AfterEach
  void close() {
    test.close();
  }

  private double count(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  private double gauge(String name, int partition) {
    return registry
        .get(name)
        .tag("messaging.destination.partition.id", Integer.toString(partition))
        .gauge()
        .value();
  }

  @Test
  void whatHappensIsCounted() {
    metrics.recordRead();
    metrics.chunkSent();
    metrics.deviceDropped();
    metrics.replayed();
    metrics.startedOver();
    metrics.paused();
    metrics.ignoredPart();
    metrics.appendFailed(new IOException("no"));
    metrics.passedOver(RecordReason.Passed.REPEATED);
    metrics.setAside(RecordReason.Aside.UNREADABLE);
    metrics.turnClosed(
        new LedgerRecord.TurnClosed(
            new TurnId("kitchen", "dialog-1", "message-1"),
            new Attempt(1, 1),
            TurnStatus.OK,
            "answered",
            "",
            Map.of(),
            Map.of()));
    assertThat(count("messaging.client.consumed.messages")).isEqualTo(1);
    assertThat(count("parley.dispatcher.chunks.sent")).isEqualTo(1);
    assertThat(count("parley.dispatcher.devices.dropped")).isEqualTo(1);
    assertThat(count("parley.dispatcher.chunks.replayed")).isEqualTo(1);
    assertThat(count("parley.dispatcher.started.over")).isEqualTo(1);
    assertThat(count("parley.dispatcher.fetch.paused")).isEqualTo(1);
    assertThat(count("parley.dispatcher.parts.ignored")).isEqualTo(1);
    assertThat(count("messaging.client.sent.messages", "error.type", "IOException")).isEqualTo(1);
    assertThat(count("messaging.client.sent.messages", "error.type", "none")).isZero();
    assertThat(count("parley.dispatcher.records.passed.over", "reason", "repeated")).isEqualTo(1);
    assertThat(count("parley.dispatcher.records.set.aside", "reason", "unreadable")).isEqualTo(1);
    assertThat(count("parley.dispatcher.turns.closed", "status", "ok", "reason", "answered"))
        .isEqualTo(1);
  }

  @Test
  void whatTakesTimeIsMeasured() {
    metrics.appended(TimeUnit.MILLISECONDS.toNanos(3));
    metrics.tookOver(Duration.ofMillis(40));
    metrics.chunkRead(200);
    metrics.chunkRead(-50);
    assertThat(count("messaging.client.sent.messages", "error.type", "none")).isEqualTo(1);
    assertThat(total("messaging.client.operation.duration")).isEqualTo(3);
    assertThat(total("parley.dispatcher.take.over")).isEqualTo(40);
    assertThat(total("parley.dispatcher.chunk.age")).as("none is younger than now").isEqualTo(200);
    assertThat(registry.get("parley.dispatcher.chunk.age").timer().count()).isEqualTo(2);
  }

  private double total(String name) {
    return registry.get(name).timer().totalTime(TimeUnit.MILLISECONDS);
  }

  @Test
  void partitionsStandAsTheLoopAndTheirTenuresSayAndFormerOnesCountToo() {
    metrics.standings(
        List.of(
            new PartitionState(
                3,
                20,
                OptionalLong.of(5),
                OptionalLong.of(18),
                Duration.ofMillis(1_500),
                Duration.ZERO,
                Optional.empty())),
        List.of(
            new Standing(3, 2, 100, 250, Optional.empty()),
            new Standing(3, 1, 50, 500, Optional.empty()),
            new Standing(4, 7, 10, 0, Optional.empty())));
    assertThat(gauge("parley.dispatcher.dispatch.lag", 3)).isEqualTo(5);
    assertThat(gauge("parley.dispatcher.commit.lag", 3)).isEqualTo(7);
    assertThat(gauge("parley.dispatcher.commit.standing.seconds", 3)).isEqualTo(1.5);
    assertThat(gauge("parley.dispatcher.turns.open", 3)).isEqualTo(3);
    assertThat(gauge("parley.dispatcher.held.bytes", 3)).isEqualTo(150);
    assertThat(gauge("parley.dispatcher.ledger.lag.seconds", 3)).isEqualTo(0.75);
    assertThat(gauge("parley.dispatcher.turns.open", 4)).isEqualTo(7);
  }

  @Test
  void lanesStandAsTheySaidWhenPartitionsWereLookedAtLast() {
    AtomicReference<LaneCounts> lanes =
        new AtomicReference<>(new LaneCounts(0, 0, 0, 0, 0, Map.of(), 0, 0, 0, 0, 0));
    metrics.lanes(lanes::get);
    lanes.set(new LaneCounts(1, 2, 3, 4, 5, Map.of(LaneCounts.Why.PING, 6L), 7, 8, 9, 10, 11));
    assertThat(whole("parley.dispatcher.lanes", "state", "open")).isZero();
    metrics.standings(List.of(), List.of());
    assertThat(whole("parley.dispatcher.lanes", "state", "open")).isEqualTo(1);
    assertThat(whole("parley.dispatcher.lanes", "state", "leaving")).isEqualTo(2);
    assertThat(whole("parley.dispatcher.lanes.devices")).isEqualTo(3);
    assertThat(whole("parley.dispatcher.lanes.devices.most")).isEqualTo(4);
    assertThat(whole("parley.dispatcher.downchannels.waiting")).isEqualTo(5);
    assertThat(lanesCount("parley.dispatcher.lanes.left", "reason", "ping")).isEqualTo(6);
    assertThat(lanesCount("parley.dispatcher.lanes.left", "reason", "goaway")).isZero();
    assertThat(lanesCount("parley.dispatcher.downchannels.opens")).isEqualTo(7);
    assertThat(lanesCount("parley.dispatcher.downchannels.reopens")).isEqualTo(8);
    assertThat(lanesCount("parley.dispatcher.events.strayed")).isEqualTo(9);
    assertThat(lanesCount("parley.dispatcher.tokens.refreshed")).isEqualTo(10);
    assertThat(lanesCount("parley.dispatcher.events.stuck")).isEqualTo(11);
  }

  private double whole(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  private double lanesCount(String name, String... tags) {
    return registry.get(name).tags(tags).functionCounter().count();
  }
}
