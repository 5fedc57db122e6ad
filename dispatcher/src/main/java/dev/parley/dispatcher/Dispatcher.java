package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.Cic;
import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.dispatcher.flow.Circuit;
import dev.parley.turnlog.PartitionLoop;
import dev.parley.turnlog.TopicCheck;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher: joins its group, owns partitions, and brings their turns to CIC until it is
 * closed.
 */
public final class Dispatcher implements AutoCloseable {
  private final DispatcherConfig config;
  private final Producer<byte[], byte[]> producer;
  private final Admin admin;
  private final Cic cic;
  private final Leavers leavers = new Leavers();
  private volatile @Nullable PartitionLoop running;
  private final PartitionLoop loop;

  private Dispatcher(DispatcherConfig config, MeterRegistry registry) throws IOException {
    this.config = config;
    String id = "dispatcher-" + UUID.randomUUID();
    HeldBytes held = new HeldBytes(config.heldBytes());
    Budget budget = new Budget(config.openTurns(), held);
    this.cic = new Cic(config.cic(), config.credentials(), this::holdsLease, held);
    this.admin = Admin.create(config.kafka().admin(id + "-admin"));
    try {
      int partitions = TopicCheck.partitions(admin, config.topics());
      this.producer = config.kafka().producer(id, 0);
      DispatcherParts parts =
          new DispatcherParts(
              config,
              id,
              partitions,
              this::holdsLease,
              producer,
              cic,
              budget,
              new Circuit(),
              leavers,
              new SpeechEnd(admin),
              new MonotonicClock(),
              new DispatcherMetrics(registry));
      this.loop =
          PartitionLoop.start(
              "dispatcher",
              config.topics().speech(),
              config.kafka().groupConsumer(config.group(), id),
              config.limits().longest(),
              partition -> new DispatcherPartition(partition, parts));
      this.running = loop;
      registry.gauge("parley.dispatcher.turns.open", budget, Budget::openTurns);
    } catch (IOException | RuntimeException e) {
      admin.close(Duration.ZERO);
      cic.close();
      throw e;
    }
  }

  /**
   * Starts.
   *
   * @throws IOException when Kafka's topics are not as they must be, or a file can't be read; the
   *     message is fit for an operator
   */
  public static Dispatcher start(DispatcherConfig config, MeterRegistry registry)
      throws IOException {
    return new Dispatcher(config, registry);
  }

  /** Before the loop runs nothing can have been taken over from us. */
  private boolean holdsLease() {
    PartitionLoop polling = running;
    return polling == null || polling.holdsLease();
  }

  /** Why it can't be relied on now; empty while all is well. */
  public Optional<String> trouble() {
    return loop.trouble().or(cic::trouble);
  }

  /** Waits until it has ended, and says why if it failed. */
  public Optional<Throwable> awaitEnd() throws InterruptedException {
    return loop.awaitEnd();
  }

  /**
   * Stops in an orderly manner: what CIC has all of or has begun to answer gets time to finish, all
   * else is the next owner's at once.
   */
  @Override
  public void close() {
    close(config.drain());
  }

  /** Stops, giving turns that may be finished this long. */
  public void close(Duration drain) {
    loop.close();
    leavers.await(drain);
    producer.close(Duration.ofSeconds(2));
    admin.close(Duration.ofSeconds(1));
    cic.close();
  }
}
