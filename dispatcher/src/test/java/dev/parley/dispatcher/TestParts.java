package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.Cic;
import dev.parley.dispatcher.cic.CicSettings;
import dev.parley.dispatcher.cic.Credentials;
import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.turnlog.BrokerClock;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.LogTail;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The parts of a dispatcher, with Kafka's own mocks for its producers, and with nobody at CIC's.
 */
final class TestParts implements AutoCloseable {
  static final int PARTITIONS = 12;

  final AtomicBoolean lease = new AtomicBoolean(true);
  final MockProducer<byte[], byte[]> control = producer();
  final MockProducer<byte[], byte[]> bulk = producer();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final LedgerConsumer ledger = new LedgerConsumer();
  private final LogTail tail = LogTail.start("tail", () -> ledger);
  private final Admin admin;
  private final Cic cic;
  private final ClosedTurnLog closedTurns = new ClosedTurnLog(LoggedTurns.NONE);
  final DispatcherParts parts;

  /** By how much the wall clock was stepped. */
  volatile Duration stepped = Duration.ZERO;

  /** How much time has passed besides that which really did. */
  volatile Duration passed = Duration.ZERO;

  TestParts() throws IOException {
    this(1024 * 1024);
  }

  /** {@code heldBytes}: the most speech that may wait for CIC. */
  TestParts(long heldBytes) throws IOException {
    int port = freePort();
    KafkaSettings kafka = new KafkaSettings("127.0.0.1:" + port, Map.of());
    CicSettings settings = CicSettings.of(URI.create("http://127.0.0.1:" + port));
    DispatcherConfig config = DispatcherConfig.of(kafka, settings, Credentials.forDemo());
    HeldBytes held = new HeldBytes(heldBytes);
    admin = Admin.create(kafka.admin("test"));
    InstantSource wall = () -> Instant.now().plus(stepped);
    cic = new Cic(settings, Credentials.forDemo(), lease::get, held);
    parts =
        new DispatcherParts(
            config,
            "me",
            PARTITIONS,
            lease::get,
            KafkaMemory.ofHeap(PARTITIONS),
            control,
            bulk,
            new Semaphore(KafkaMemory.ofHeap(PARTITIONS).gathering()),
            new DeviceReader("parley.devices", PARTITIONS, TestParts::nobody, 1_000),
            cic,
            new Budget(config.capacity(), held),
            new SharedCircuit(),
            new LogEnd(admin),
            tail,
            new BrokerClock(),
            new MonotonicClock(wall, () -> System.nanoTime() + passed.toNanos()),
            wall,
            new DispatcherMetrics(registry, config),
            closedTurns);
  }

  /** It acknowledges nothing by itself. */
  private static MockProducer<byte[], byte[]> producer() {
    return new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Consumer<byte[], byte[]> nobody(int partition) {
    throw new IllegalStateException("nobody reads which devices partition " + partition + " has");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    tail.close();
    cic.close();
    closedTurns.close();
    admin.close(Duration.ZERO);
  }
}
