package dev.parley.trials;

import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.demo.broker.EmbeddedBroker;
import dev.parley.dispatcher.Capacity;
import dev.parley.dispatcher.Dispatcher;
import dev.parley.dispatcher.DispatcherConfig;
import dev.parley.dispatcher.LoggedTurns;
import dev.parley.dispatcher.cic.CicSettings;
import dev.parley.dispatcher.cic.Credentials;
import dev.parley.dispatcher.flow.FlowLimits;
import dev.parley.producer.AudioSource;
import dev.parley.producer.Pacing;
import dev.parley.producer.Speaker;
import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.Spoken;
import dev.parley.producer.StopSignal;
import dev.parley.producer.TurnRequest;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.router.DirectiveRouter;
import dev.parley.router.RouterConfig;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.Transport;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.LogReader;
import dev.parley.turnlog.StartException;
import dev.parley.turnlog.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What a test of the whole pipeline stands on: one real broker for all tests of the run, topics of
 * its own for each test, and whatever parts the test asks for. Closes them in reverse order.
 */
final class Stage implements AutoCloseable {
  static final int PARTITIONS = 4;

  /** Limits for tests that wait for them. */
  static final FlowLimits HASTY =
      new FlowLimits(
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          Duration.ofSeconds(60),
          3,
          3,
          Duration.ofMillis(50),
          FlowLimits.DEFAULT.turnBytes(),
          FlowLimits.DEFAULT.directives(),
          FlowLimits.DEFAULT.remembered());

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static @Nullable EmbeddedBroker shared;

  final Topics topics = new Topics("stage-" + COUNT.incrementAndGet());
  final KafkaSettings kafka;
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  Stage() throws Exception {
    kafka = new KafkaSettings("127.0.0.1:" + broker().port(), Map.of());
    try (Admin admin = Admin.create(kafka.admin("stage"))) {
      var _ = new TopicSetup(admin, TopicPlan.small(topics, PARTITIONS)).ensure();
    }
  }

  private static synchronized EmbeddedBroker broker() throws Exception {
    EmbeddedBroker broker = shared;
    if (broker == null) {
      broker = EmbeddedBroker.start();
      shared = broker;
    }
    return broker;
  }

  StandIn standIn() {
    return standIn(config -> config);
  }

  StandIn standIn(UnaryOperator<StandInConfig> change) {
    return with(
        StandIn.start(
            change.apply(
                StandInConfig.DEFAULT.withPort(0).withTransport(new Transport.Cleartext()))));
  }

  Dispatcher dispatcher(StandIn cic) throws StartException {
    return dispatcher(cic.uri(), FlowLimits.DEFAULT);
  }

  Dispatcher dispatcher(URI cic, FlowLimits limits) throws StartException {
    return dispatcher(CicSettings.of(cic), limits);
  }

  Dispatcher dispatcher(CicSettings cic, FlowLimits limits) throws StartException {
    return dispatcher(cic, Credentials.forDemo(), limits);
  }

  Dispatcher dispatcher(CicSettings cic, Credentials credentials, FlowLimits limits)
      throws StartException {
    return dispatcher(config(cic, credentials, limits));
  }

  Dispatcher dispatcher(DispatcherConfig config) throws StartException {
    Dispatcher dispatcher = Dispatcher.start(config, registry);
    // Nobody takes over from it, so nothing is waited for.
    parts.push(() -> dispatcher.close(Duration.ZERO));
    return dispatcher;
  }

  DispatcherConfig config(CicSettings cic, Credentials credentials, FlowLimits limits) {
    return new DispatcherConfig(
        kafka,
        topics,
        topics.prefix() + "-dispatcher",
        cic,
        credentials,
        limits,
        Capacity.ofHeap(cic.devicesPerLane()),
        Duration.ofSeconds(5),
        LoggedTurns.FAILED);
  }

  /** A router that has its partitions. */
  DirectiveRouter router() throws StartException {
    RouterConfig usual = RouterConfig.of(kafka);
    DirectiveRouter router =
        with(
            DirectiveRouter.start(
                new RouterConfig(
                    kafka,
                    topics,
                    topics.prefix() + "-router",
                    "127.0.0.1",
                    0,
                    usual.authorizer(),
                    usual.limits(),
                    usual.delivery(),
                    usual.attachmentReaders()),
                registry,
                new Handler.Abstract() {
                  @Override
                  public boolean handle(Request request, Response response, Callback callback) {
                    return false;
                  }
                }));
    org.awaitility.Awaitility.await("the router").until(router::ready);
    return router;
  }

  /** What the ledger says of turns, claims left out. */
  List<LedgerRecord> ledgerOfTurns() throws Exception {
    return ledger().stream().filter(record -> record.about().isPresent()).toList();
  }

  SpeechPublisher publisher() throws Exception {
    return with(SpeechPublisher.connect(kafka.bootstrap(), topics, Map.of(), registry));
  }

  <T extends AutoCloseable> T with(T part) {
    parts.push(part);
    return part;
  }

  /** Everything the ledger says now, partition by partition, in order. */
  List<LedgerRecord> ledger() throws Exception {
    List<LedgerRecord> records = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (ConsumerRecord<byte[], byte[]> record : read(topics.ledger(), partition)) {
        records.add(LedgerRecord.parse(KafkaRecords.fromKafka(record)));
      }
    }
    return records;
  }

  List<LedgerRecord.TurnClosed> closed() throws Exception {
    return ledger().stream()
        .filter(LedgerRecord.TurnClosed.class::isInstance)
        .map(LedgerRecord.TurnClosed.class::cast)
        .toList();
  }

  /** What the ledger says of a turn now. */
  Heard heard(TurnId turn) throws Exception {
    return new Heard(
        turn,
        ledger().stream().filter(record -> record.about().equals(Optional.of(turn))).toList());
  }

  /** Speaks a turn as fast as Kafka takes it. */
  Spoken speak(SpeechPublisher publisher, String device, byte[] pcm) throws Exception {
    return new Speaker(publisher)
        .speak(
            AudioSource.raw(new ByteArrayInputStream(pcm), "made up"),
            TurnRequest.speech(device, "ko"),
            Pacing.FAST,
            new StopSignal(),
            ack -> {});
  }

  /** Waits until the ledger says that the turn is closed. */
  LedgerRecord.TurnClosed awaitClosed(TurnId turn) {
    return org.awaitility.Awaitility.await("the close of " + turn)
        .until(
            () -> closed().stream().filter(closed -> closed.turn().equals(turn)).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  List<ConsumerRecord<byte[], byte[]>> read(String topic, int partition) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (LogReader reader =
        new LogReader(kafka.reader("stage"), new TopicPartition(topic, partition))) {
      reader.read(0, reader.end(), Duration.ofSeconds(10), records::add);
    }
    return records;
  }

  /** Removes all speech that Kafka holds, as retention does. */
  void removeSpeech() throws Exception {
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      all.put(new TopicPartition(topics.speech(), partition), RecordsToDelete.beforeOffset(-1));
    }
    try (Admin admin = Admin.create(kafka.admin("stage"))) {
      var _ = admin.deleteRecords(all).all().get();
    }
  }

  @Override
  public void close() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }
}
