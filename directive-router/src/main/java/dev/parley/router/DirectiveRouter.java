package dev.parley.router;

import dev.parley.router.delivery.DeviceServer;
import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.OwnedPartition;
import dev.parley.turnlog.PartitionLoop;
import dev.parley.turnlog.PartitionOwner;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.Producer;
import org.eclipse.jetty.server.Handler;

/**
 * The directive router: reads the ledger and gives each device the directives it is to have, over
 * HTTP. Several share the ledger's partitions as one consumer group.
 *
 * <p>Threads: one platform thread polls, a virtual thread serves each request; the methods here are
 * for any thread.
 */
public final class DirectiveRouter implements AutoCloseable {
  private static final Duration STOP_WITHIN = Duration.ofSeconds(2);

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
    int partitions = partitions(config);
    InstantSource clock = InstantSource.system();
    RouterMetrics metrics = new RouterMetrics(registry);
    OwnedDevices devices = new OwnedDevices(partitions, clock);
    Deque<AutoCloseable> rest = new ArrayDeque<>();
    Producer<byte[], byte[]> producer = config.kafka().producer(config.group() + "-letters", 5);
    rest.push(producer);
    KafkaPieces pieces =
        new KafkaPieces(
            config.topics().attachments(),
            partitions,
            () -> config.kafka().reader(config.group() + "-attachments"),
            config.attachmentReaders());
    rest.push(pieces);
    PartitionOwner.Factory factory =
        partition -> own(partition, partitions, config, clock, metrics, devices, producer);
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
              factory);
      rest.remove(server);
      return new DirectiveRouter(loop, server, rest);
    } catch (RuntimeException e) {
      closeAll(rest);
      throw e;
    }
  }

  private static LedgerOwner own(
      OwnedPartition partition,
      int partitions,
      RouterConfig config,
      InstantSource clock,
      RouterMetrics metrics,
      OwnedDevices devices,
      Producer<byte[], byte[]> producer) {
    int number = partition.id().partition();
    LogWriter letters = new LogWriter(config.topics().deadLetters(), number, producer);
    LedgerOwner owner =
        new LedgerOwner(
            partition,
            partitions,
            config.limits(),
            clock,
            metrics,
            DeadLetters.to(letters),
            () -> {
              devices.remove(number);
              letters.close();
            });
    devices.add(number, owner);
    return owner;
  }

  /** N, which must be the same for the ledger, the attachments and the dead letters. */
  private static int partitions(RouterConfig config) {
    Collection<String> topics =
        java.util.List.of(
            config.topics().ledger(), config.topics().attachments(), config.topics().deadLetters());
    Map<String, Integer> counts = new ConcurrentHashMap<>();
    try (Admin admin = Admin.create(config.kafka().admin(config.group() + "-start"))) {
      Map<String, TopicDescription> found =
          admin
              .describeTopics(topics)
              .allTopicNames()
              .get(config.startWithin().toMillis(), TimeUnit.MILLISECONDS);
      found.forEach((name, topic) -> counts.put(name, topic.partitions().size()));
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "no answer from Kafka at "
              + config.kafka().bootstrap()
              + " within "
              + config.startWithin().toSeconds()
              + " s: is it running, and is the address right?",
          e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(
          "the topics "
              + topics
              + " cannot be described: "
              + cause.getMessage()
              + " (\"parley topics\" creates them)",
          cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    }
    if (counts.values().stream().distinct().count() != 1) {
      throw new IllegalStateException(
          "all topics must have the same number of partitions, but there are " + counts);
    }
    return counts.values().iterator().next();
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
    loop.stop(STOP_WITHIN);
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
