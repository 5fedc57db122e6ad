package dev.parley.producer;

import static dev.parley.producer.PublishException.Reason.DUPLICATE;
import static dev.parley.producer.PublishException.Reason.SHUT_DOWN;

import dev.parley.protocol.TurnId;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes turns of any number of devices to {@code parley.speech}, keyed by dialog and placed by
 * device. One for a process: it holds one Kafka producer. Safe for use by many threads; begin each
 * turn on a (virtual) thread of its own, since every call waits for Kafka.
 */
public final class SpeechPublisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpeechPublisher.class);

  private final RecordSink sink;
  private final ProducerMetrics metrics;
  private final String source;
  private final Map<TurnId, Turn> open = new ConcurrentHashMap<>();
  private volatile boolean closing;

  SpeechPublisher(RecordSink sink, String source, MeterRegistry meters) {
    this.sink = sink;
    this.source = source;
    this.metrics = new ProducerMetrics(meters);
    meters.gauge("parley.producer.turns.open", open, Map::size);
  }

  /**
   * Connects to Kafka and looks the speech topic up.
   *
   * @param bootstrap {@code host:port} of one or more brokers
   * @param kafka settings of the Kafka producer that stand above ours (acks=all, idempotence, no
   *     compression, linger.ms=5, delivery.timeout.ms=10000, max.block.ms=10000); serializers are
   *     fixed
   * @throws PublishException when a setting is wrong, no broker answers within 10 s, or the topic
   *     does not exist
   */
  public static SpeechPublisher connect(
      String bootstrap, Topics topics, Map<String, Object> kafka, MeterRegistry meters)
      throws PublishException {
    String source = HexFormat.of().toHexDigits(RandomGenerator.getDefault().nextLong());
    RecordSink sink =
        KafkaSink.connect(bootstrap, topics.speech(), "parley-producer-" + source, kafka);
    try {
      int partitions = sink.partitions();
      LOG.info("publishing to {} ({} partitions) at {}", topics.speech(), partitions, bootstrap);
      return new SpeechPublisher(sink, source, meters);
    } catch (PublishException e) {
      sink.close();
      throw e;
    }
  }

  /**
   * Begins a turn: publishes its {@code begin} and waits until Kafka has taken it.
   *
   * @throws PublishException when Kafka does not take it, when a turn of the same ids is open, or
   *     after {@link #close}
   */
  public Turn begin(TurnRequest request) throws PublishException {
    TurnId id = request.turn();
    int partition = DevicePartition.of(id.device(), sink.partitions());
    Turn turn = new Turn(this, sink, request, source, partition);
    if (open.putIfAbsent(id, turn) != null) {
      throw new PublishException(DUPLICATE, "turn " + id + " is being published already");
    }
    if (closing) {
      open.remove(id, turn);
      throw new PublishException(SHUT_DOWN, "turn " + id + " comes too late: shutting down");
    }
    turn.begin();
    return turn;
  }

  /** The turn of this name, if it is open here. */
  public Optional<Turn> openTurn(TurnId id) {
    return Optional.ofNullable(open.get(id));
  }

  /** What this publisher calls itself in the {@code source} header. */
  public String source() {
    return source;
  }

  /** Cancels the turns that are open, then lets go of Kafka. */
  @Override
  public void close() {
    closing = true;
    for (Turn turn : open.values()) {
      try {
        turn.cancel();
      } catch (PublishException e) {
        LOG.warn("turn {} could not be cancelled: {}", turn.id(), e.getMessage());
      }
    }
    sink.close();
  }

  ProducerMetrics metrics() {
    return metrics;
  }

  void closed(Turn turn, boolean hasAudio) {
    open.remove(turn.id(), turn);
    metrics.turn(hasAudio, turn.state());
  }
}
