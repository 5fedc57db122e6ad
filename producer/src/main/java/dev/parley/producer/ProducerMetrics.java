package dev.parley.producer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What the producer counts. */
final class ProducerMetrics {
  private final MeterRegistry meters;
  private final Counter chunks;
  private final Counter audioBytes;
  private final Timer publish;

  ProducerMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.chunks =
        Counter.builder("parley.producer.chunks")
            .description("Chunks of audio that Kafka has taken")
            .register(meters);
    this.audioBytes =
        Counter.builder("parley.producer.audio")
            .baseUnit("bytes")
            .description("Audio that Kafka has taken")
            .register(meters);
    this.publish =
        Timer.builder("parley.producer.publish")
            .description(
                "From a record's send to its acknowledgement; 200 ms and more means that speech"
                    + " falls behind: look at the brokers")
            .publishPercentileHistogram()
            .register(meters);
  }

  /** A record was acknowledged after this long. */
  void published(long nanos) {
    publish.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** The record was a chunk. */
  void chunk(int bytes) {
    chunks.increment();
    audioBytes.increment(bytes);
  }

  /**
   * A turn has come to its end here. {@code lost} ones were not told to the dispatcher: any at all
   * means that Kafka did not take a record in time.
   */
  void turn(boolean hasAudio, Turn.State outcome) {
    meters
        .counter(
            "parley.producer.turns",
            "kind",
            hasAudio ? "speech" : "text",
            "outcome",
            outcome.name().toLowerCase(Locale.ROOT))
        .increment();
  }
}
