package dev.parley.router;

import dev.parley.router.delivery.DeviceServer;
import dev.parley.turnlog.GroupOffsets;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.KafkaWatch;
import dev.parley.turnlog.Part;
import dev.parley.turnlog.PartitionLoop;
import dev.parley.turnlog.PartitionOwner;
import dev.parley.turnlog.StartException;
import dev.parley.turnlog.TopicCheck;
import dev.parley.turnlog.Trouble;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;

/**
 * The directive router: reads the ledger and gives each device the directives it is to have, over
 * HTTP. Several share the ledger's partitions as one consumer group.
 *
 * <p>Threads: one platform thread polls, a virtual thread leads each partition and serves each
 * request; the methods here are for any thread.
 */
public final class DirectiveRouter implements Part {
  /** A directive waits two minutes for its device at most, and a turn about as long for its end. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** Of the heap, for records that were read and are not worked on yet. */
  private static final int READ_AHEAD_SHARE = 16;

  private static final Duration KAFKA_ANSWERS_WITHIN = Duration.ofSeconds(10);

  private final RouterConfig config;
  private final InstantSource clock = InstantSource.system();
  private final RouterMetrics metrics;
  private final OwnedDevices devices = new OwnedDevices(clock);
  private final KafkaPieces pieces;
  private final DeviceServer server;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Working working;

  /** What it has of Kafka once it is started. */
  private record Working(
      Admin admin, KafkaWatch watch, KafkaDeadLetters letters, PartitionLoop loop) {}

  /**
   * A router that listens and asks devices to come back, for it is not started.
   *
   * @param registry gets the meters {@code parley.router.*}
   * @param extra answers what is not below {@code /v1/devices/}, such as {@code /live}
   * @throws StartException when it can't listen there
   */
  public DirectiveRouter(RouterConfig config, MeterRegistry registry, Handler extra)
      throws StartException {
    this.config = config;
    this.metrics = new RouterMetrics(registry);
    this.pieces =
        new KafkaPieces(
            config.topics().attachments(),
            devices::partitions,
            () -> attachmentReading(config.kafka()).reader(config.group() + "-attachments"),
            config.attachmentReaders());
    try {
      this.server =
          DeviceServer.start(
              config.host(),
              config.port(),
              devices,
              pieces,
              config.authorizer(),
              config.delivery(),
              registry,
              extra);
    } catch (IllegalStateException e) {
      throw new StartException(new Trouble.Dead(String.valueOf(e.getMessage())), e);
    }
  }

  /**
   * A router that is started.
   *
   * @throws StartException when it can't listen, or Kafka does not answer, or not as it must
   */
  public static DirectiveRouter start(RouterConfig config, MeterRegistry registry, Handler extra)
      throws StartException {
    DirectiveRouter router = new DirectiveRouter(config, registry, extra);
    try {
      router.start();
      return router;
    } catch (StartException e) {
      router.close();
      throw e;
    }
  }

  /** Returns before it has partitions ({@link #ready}). */
  @Override
  public void start() throws StartException {
    TopicCheck topics = new TopicCheck(config.kafka(), config.topics(), config.group() + "-watch");
    KafkaDeadLetters letters = null;
    Admin admin = null;
    try {
      int partitions = topics.partitions(KAFKA_ANSWERS_WITHIN);
      letters =
          new KafkaDeadLetters(
              config.topics(), config.kafka().producer(config.group() + "-letters", 5));
      admin = Admin.create(config.kafka().admin(config.group() + "-admin"));
      devices.cutInto(partitions);
      PartitionLoop loop =
          PartitionLoop.start(
              "router",
              config.topics().ledger(),
              config.kafka().groupConsumer(config.group(), config.group()),
              new GroupOffsets(admin, config.group()),
              LONGEST,
              Runtime.getRuntime().maxMemory() / READ_AHEAD_SHARE,
              owners(partitions, letters));
      working = new Working(admin, KafkaWatch.start(topics, partitions), letters, loop);
    } catch (StartException | KafkaException e) {
      topics.close();
      if (letters != null) {
        letters.close();
      }
      if (admin != null) {
        admin.close(Duration.ZERO);
      }
      throw e instanceof KafkaException k ? StartException.of(k) : (StartException) e;
    }
  }

  private PartitionOwner.Factory owners(int partitions, KafkaDeadLetters letters) {
    return partition -> {
      int number = partition.id().partition();
      LedgerOwner owner =
          new LedgerOwner(
              partition,
              partitions,
              config.limits(),
              clock,
              metrics,
              letters,
              gone -> devices.remove(number, gone));
      devices.add(number, owner);
      return owner;
    };
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
    return trouble().isEmpty();
  }

  @Override
  public Optional<Trouble> trouble() {
    Working now = working;
    if (now == null) {
      return Optional.of(new Trouble.Waiting("not started"));
    }
    // That Kafka is away explains what the loop may say.
    return now.loop
        .trouble()
        .filter(Trouble.Dead.class::isInstance)
        .or(now.watch::trouble)
        .or(now.loop::trouble);
  }

  @Override
  public Optional<Throwable> awaitEnd() throws InterruptedException {
    Working now = working;
    if (now == null) {
      closed.await();
      return Optional.empty();
    }
    return now.loop.awaitEnd();
  }

  /**
   * Ends the streams, commits, leaves the group and stops listening.
   *
   * @param drain not needed: whoever listens comes back to another router
   */
  @Override
  public void close(Duration drain) {
    Working now = working;
    if (now != null) {
      now.watch.close();
      now.loop.close(Duration.ZERO);
      now.admin.close(Duration.ZERO);
    }
    try {
      server.close();
    } finally {
      pieces.close();
      if (now != null) {
        now.letters.close();
      }
      closed.countDown();
    }
  }
}
