package dev.parley.router;

import dev.parley.router.delivery.DeviceServer;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.PartitionLoop;
import dev.parley.turnlog.PartitionOwner;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.eclipse.jetty.server.Handler;

/**
 * The directive router: reads the ledger and gives each device the directives it is to have, over
 * HTTP. Several share the ledger's partitions as one consumer group.
 *
 * <p>Threads: one platform thread polls, a virtual thread serves each request; the methods here are
 * for any thread.
 */
public final class DirectiveRouter implements AutoCloseable {
  /** A directive waits two minutes for its device at most, and a turn about as long for its end. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final PartitionLoop loop;
  private final DeviceServer server;
  private final Deque<AutoCloseable> rest;

  private DirectiveRouter(PartitionLoop loop, DeviceServer server, Deque<AutoCloseable> rest) {
    this.loop = loop;
    this.server = server;
    this.rest = rest;
  }

  /**
   * Starts; returns when it listens, which is before it has partitions ({@link #ready}).
   *
   * @param registry gets the meters {@code parley.router.*}
   * @param extra answers what is not below {@code /v1/devices/}, such as {@code /live}
   * @throws IllegalStateException when the brokers don't answer in time, the topics are not as they
   *     must be, or it can't listen; the message says which and what to do
   */
  public static DirectiveRouter start(RouterConfig config, MeterRegistry registry, Handler extra) {
    int partitions = Partitioning.of(config);
    InstantSource clock = InstantSource.system();
    RouterMetrics metrics = new RouterMetrics(registry);
    OwnedDevices devices = new OwnedDevices(partitions, clock);
    Deque<AutoCloseable> rest = new ArrayDeque<>();
    KafkaDeadLetters letters =
        new KafkaDeadLetters(
            config.topics().deadLetters(), config.kafka().producer(config.group() + "-letters", 5));
    rest.push(letters);
    KafkaPieces pieces =
        new KafkaPieces(
            config.topics().attachments(),
            partitions,
            () -> attachmentReading(config.kafka()).reader(config.group() + "-attachments"),
            config.attachmentReaders());
    rest.push(pieces);
    PartitionOwner.Factory factory =
        partition -> {
          int number = partition.id().partition();
          LedgerOwner owner =
              new LedgerOwner(
                  partition,
                  partitions,
                  config.limits(),
                  clock,
                  metrics,
                  letters,
                  () -> devices.remove(number));
          devices.add(number, owner);
          return owner;
        };
    try {
      DeviceServer server =
          DeviceServer.start(
              config.host(),
              config.port(),
              devices,
              pieces,
              config.authorizer(),
              config.delivery(),
              registry,
              extra);
      rest.push(server);
      PartitionLoop loop =
          PartitionLoop.start(
              "router",
              config.topics().ledger(),
              config.kafka().groupConsumer(config.group(), config.group()),
              LONGEST,
              factory);
      rest.remove(server);
      return new DirectiveRouter(loop, server, rest);
    } catch (RuntimeException e) {
      closeAll(rest);
      throw e;
    }
  }

  /**
   * A consumer that is put to another attachment must first get the answer to the fetch that it
   * left open: brokers are not to hold it long.
   */
  private static KafkaSettings attachmentReading(KafkaSettings kafka) {
    Map<String, Object> overrides = new HashMap<>();
    overrides.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
    overrides.putAll(kafka.overrides());
    return new KafkaSettings(kafka.bootstrap(), overrides);
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Whether it has been given partitions and keeps polling. */
  public boolean ready() {
    return notReadyReason().isEmpty();
  }

  /** Why it is not ready, in a sentence; empty when it is. */
  public Optional<String> notReadyReason() {
    return loop.trouble();
  }

  /** Ends the streams, commits, leaves the group and stops listening. */
  @Override
  public void close() {
    loop.close();
    rest.push(server);
    closeAll(rest);
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    RuntimeException failure = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("closing the router: " + e.getMessage(), e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
