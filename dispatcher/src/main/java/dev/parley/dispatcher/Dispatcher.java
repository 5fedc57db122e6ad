package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.Cic;
import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.turnlog.BrokerClock;
import dev.parley.turnlog.GroupOffsets;
import dev.parley.turnlog.KafkaWatch;
import dev.parley.turnlog.LogTail;
import dev.parley.turnlog.Part;
import dev.parley.turnlog.PartitionLoop;
import dev.parley.turnlog.PartitionOwner;
import dev.parley.turnlog.StartException;
import dev.parley.turnlog.TopicCheck;
import dev.parley.turnlog.Trouble;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dispatcher: joins its group, owns partitions, and brings their turns to CIC until it is
 * closed.
 */
public final class Dispatcher implements Part {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  /** For the ledger: a directive waits this long for company. */
  private static final int LINGER_MILLIS = 1;

  private static final Duration KAFKA_ANSWERS_WITHIN = Duration.ofSeconds(10);

  private final DispatcherConfig config;
  private final String id = "dispatcher-" + UUID.randomUUID();
  private final Cic cic;
  private final SharedCircuit circuit = new SharedCircuit();
  private final DispatcherMetrics metrics;
  private final ClosedTurnLog closedTurns;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Budget budget;
  private final BrokerClock brokerClock = new BrokerClock();
  private final LedgerLag ledgerLag = new LedgerLag();
  private volatile @Nullable Working working;

  /** What it has of Kafka once it is started. */
  private record Working(
      Admin admin,
      KafkaWatch watch,
      Producer<byte[], byte[]> control,
      Producer<byte[], byte[]> bulk,
      LogTail tail,
      PartitionLoop loop) {}

  /**
   * A dispatcher that is not started. It looks already whether CIC takes connections.
   *
   * @throws StartException when the CA file can't be used
   */
  public Dispatcher(DispatcherConfig config, MeterRegistry registry) throws StartException {
    this.config = config;
    HeldBytes held = new HeldBytes(config.capacity().heldBytes());
    this.budget = new Budget(config.capacity(), held);
    try {
      this.cic = new Cic(config.cic(), config.credentials(), this::holdsLease, held);
    } catch (IOException e) {
      throw new StartException(new Trouble.Dead(String.valueOf(e.getMessage())), e);
    }
    this.closedTurns = new ClosedTurnLog(config.loggedTurns());
    this.metrics = new DispatcherMetrics(registry, config);
    DispatcherGauges.register(metrics, this, config, circuit, budget, held, brokerClock);
    metrics.lanes(cic::lanes);
  }

  /**
   * A dispatcher that is started.
   *
   * @throws StartException when Kafka does not answer, or not as it must
   */
  public static Dispatcher start(DispatcherConfig config, MeterRegistry registry)
      throws StartException {
    Dispatcher dispatcher = new Dispatcher(config, registry);
    try {
      dispatcher.start();
      return dispatcher;
    } catch (StartException e) {
      dispatcher.close();
      throw e;
    }
  }

  @Override
  public void start() throws StartException {
    TopicCheck topics = new TopicCheck(config.kafka(), config.topics(), id + "-watch");
    Admin admin = null;
    Producer<byte[], byte[]> control = null;
    Producer<byte[], byte[]> bulk = null;
    LogTail tail = null;
    try {
      int partitions = topics.partitions(KAFKA_ANSWERS_WITHIN);
      KafkaMemory memory = KafkaMemory.ofHeap(partitions);
      admin = Admin.create(config.kafka().admin(id + "-admin"));
      control = config.kafka().producer(id, LINGER_MILLIS, memory.ofProducer());
      bulk = config.kafka().producer(id + "-bulk", LINGER_MILLIS, memory.ofBulkProducer());
      tail = LogTail.start("ledger-tail", () -> config.kafka().tail(id + "-tail", memory.ofTail()));
      PartitionLoop loop =
          PartitionLoop.start(
              "dispatcher",
              config.topics().speech(),
              config.kafka().groupConsumer(config.group(), id, memory.ofGroupConsumer()),
              new GroupOffsets(admin, config.group()),
              config.limits().longest(),
              memory.readAhead(),
              owners(partitions, memory, control, bulk, tail, new LogEnd(admin)));
      working = new Working(admin, KafkaWatch.start(topics, partitions), control, bulk, tail, loop);
      Thread.ofVirtual().name("observer").start(() -> observe(loop));
    } catch (StartException | KafkaException e) {
      topics.close();
      if (tail != null) {
        tail.close();
      }
      if (control != null) {
        control.close(Duration.ZERO);
      }
      if (bulk != null) {
        bulk.close(Duration.ZERO);
      }
      if (admin != null) {
        admin.close(Duration.ZERO);
      }
      throw e instanceof KafkaException k ? StartException.of(k) : (StartException) e;
    }
  }

  private PartitionOwner.Factory owners(
      int partitions,
      KafkaMemory memory,
      Producer<byte[], byte[]> control,
      Producer<byte[], byte[]> bulk,
      LogTail tail,
      LogEnd logEnd) {
    DispatcherParts parts =
        new DispatcherParts(
            config.withLimits(config.limits().withRemembered(memory.rememberedTurns())),
            id,
            partitions,
            this::holdsLease,
            memory,
            control,
            bulk,
            new Semaphore(memory.gathering()),
            new DeviceReader(
                config.topics().devices(),
                partitions,
                number -> config.kafka().reader(id + "-devices-" + number, memory.ofReader()),
                config.capacity().devices()),
            cic,
            budget,
            circuit,
            logEnd,
            tail,
            brokerClock,
            new MonotonicClock(),
            InstantSource.system(),
            metrics,
            closedTurns);
    return partition -> PartitionClaim.takeOver(partition, parts);
  }

  private void observe(PartitionLoop loop) {
    try {
      while (!closed.await(1, TimeUnit.SECONDS)) {
        observeOnce(loop);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void observeOnce(PartitionLoop loop) {
    try {
      List<Standing> standings = budget.standings();
      metrics.standings(loop.states(), standings);
      ledgerLag.observe(standings);
    } catch (RuntimeException | Error e) {
      // The next second's may go well; the gauges stand still until then.
      log.error("how the partitions stand can't be told: {}", e.toString(), e);
    }
  }

  /** The open turn of each partition that began first, the oldest of them first. Any thread. */
  public List<OpenTurn> oldest() {
    return budget.standings().stream()
        .flatMap(standing -> standing.eldest().stream())
        .sorted(Comparator.comparingLong(OpenTurn::sinceMillis))
        .toList();
  }

  /** Once it is started. Any thread. */
  Optional<PartitionLoop> loop() {
    return Optional.ofNullable(working).map(Working::loop);
  }

  /** Before the loop runs nothing can have been taken over from us. */
  private boolean holdsLease() {
    return loop().map(PartitionLoop::holdsLease).orElse(true);
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
        .or(now.loop::trouble)
        .or(() -> ledgerLag.trouble(holdsLease()))
        .or(() -> cic.trouble().map(Trouble.Waiting::new));
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
   * Stops in an orderly manner: what CIC has all of or has begun to answer gets time to finish, all
   * else is the next owner's at once.
   */
  @Override
  public void close() {
    close(config.drain());
  }

  @Override
  public void close(Duration drain) {
    Working now = working;
    if (now != null) {
      now.watch.close();
      now.loop.close(drain);
      now.tail.close();
      now.control.close(Duration.ofSeconds(2));
      now.bulk.close(Duration.ofSeconds(2));
      now.admin.close(Duration.ofSeconds(1));
    }
    closed.countDown();
    cic.close();
    closedTurns.close();
  }
}
