package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.Cic;
import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.dispatcher.flow.Circuit;
import dev.parley.turnlog.PartitionLoop;
import dev.parley.turnlog.TopicCheck;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher: joins its group, owns partitions, and brings their turns to CIC until it is
 * closed.
 */
public final class Dispatcher implements AutoCloseable {
  /** A fetch is answered with the first chunk that comes, and holds no more than this. */
  private static final Map<String, Object> FETCH =
      Map.of(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * 1024 * 1024);

  /** For the ledger: a directive waits this long for company. */
  private static final int LINGER_MILLIS = 1;

  private final DispatcherConfig config;
  private final Producer<byte[], byte[]> producer;
  private final Admin admin;
  private final Cic cic;
  private final Leavers leavers = new Leavers();
  private final ClosedTurnLog closedTurns;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Budget budget;
  private volatile @Nullable PartitionLoop running;
  private final PartitionLoop loop;

  private Dispatcher(DispatcherConfig config, MeterRegistry registry) throws IOException {
    this.config = config;
    String id = "dispatcher-" + UUID.randomUUID();
    HeldBytes held = new HeldBytes(config.capacity().heldBytes());
    this.budget = new Budget(config.capacity(), held);
    this.cic = new Cic(config.cic(), config.credentials(), this::holdsLease, held);
    this.admin = Admin.create(config.kafka().admin(id + "-admin"));
    this.closedTurns = new ClosedTurnLog(config.loggedTurns());
    try {
      DispatcherMetrics metrics = new DispatcherMetrics(registry, config);
      Circuit circuit = new Circuit();
      int partitions = TopicCheck.partitions(admin, config.topics());
      this.producer = config.kafka().producer(id, LINGER_MILLIS);
      DispatcherParts parts =
          new DispatcherParts(
              config,
              id,
              partitions,
              this::holdsLease,
              producer,
              cic,
              budget,
              circuit,
              leavers,
              new SpeechEnd(admin),
              new MonotonicClock(),
              metrics,
              closedTurns);
      this.loop =
          PartitionLoop.start(
              "dispatcher",
              config.topics().speech(),
              config.kafka().groupConsumer(config.group(), id, FETCH),
              config.limits().longest(),
              partition -> new DispatcherPartition(partition, parts));
      this.running = loop;
      Thread.ofVirtual().name("observer").start(() -> observe(metrics));
      gauges(metrics, circuit, held);
      metrics.lanes(cic::lanes);
    } catch (IOException | RuntimeException e) {
      admin.close(Duration.ZERO);
      cic.close();
      closedTurns.close();
      throw e;
    }
  }

  private void gauges(DispatcherMetrics metrics, Circuit circuit, HeldBytes held) {
    metrics.gauge(
        "parley.dispatcher.turns.oldest.age.seconds",
        "Age of the oldest open turn; GET /turns says which one it is",
        this,
        d -> d.oldest().stream().findFirst().map(d::ageMillis).orElse(0L) / 1_000.0);
    metrics.gauge(
        "parley.dispatcher.partitions", "Partitions held", loop, l -> l.assignment().size());
    metrics.gauge(
        "parley.dispatcher.lease",
        "1 while Kafka has lately acknowledged a commit",
        loop,
        l -> l.holdsLease() ? 1 : 0);
    metrics.gauge(
        "parley.dispatcher.circuit.open",
        "1 while CIC is away and turns wait",
        circuit,
        c -> c.isOpen() ? 1 : 0);
    metrics.gauge(
        "parley.dispatcher.turns.open.limit",
        "The most turns that may be open",
        config,
        c -> c.capacity().openTurns());
    metrics.gauge(
        "parley.dispatcher.devices", "Devices that have a downchannel", budget, Budget::devices);
    metrics.gauge(
        "parley.dispatcher.devices.limit",
        "The most devices that may keep a downchannel",
        config,
        c -> c.capacity().devices());
    metrics.gauge(
        "parley.dispatcher.held.bytes.limit",
        "The most speech that may wait for CIC",
        held,
        HeldBytes::limit);
    metrics.gauge(
        "parley.dispatcher.held.bytes.most",
        "The most speech that has waited for CIC since the start",
        held,
        HeldBytes::most);
    metrics.gauge(
        "parley.dispatcher.leaving",
        "Partitions given away whose last turns are being finished",
        leavers,
        Leavers::size);
  }

  private void observe(DispatcherMetrics metrics) {
    try {
      while (!closed.await(1, TimeUnit.SECONDS)) {
        metrics.standings(loop.states(), budget.standings());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The open turn of each partition that began first, the oldest of them first. Any thread. */
  public List<OpenTurn> oldest() {
    return budget.standings().stream()
        .flatMap(standing -> standing.eldest().stream())
        .sorted(Comparator.comparingLong(OpenTurn::sinceMillis))
        .toList();
  }

  private long ageMillis(OpenTurn turn) {
    return Math.max(0, System.currentTimeMillis() - turn.sinceMillis());
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
    closed.countDown();
    producer.close(Duration.ofSeconds(2));
    admin.close(Duration.ofSeconds(1));
    cic.close();
    closedTurns.close();
  }
}
