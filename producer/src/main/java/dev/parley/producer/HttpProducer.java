package dev.parley.producer;

import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.KafkaWatch;
import dev.parley.turnlog.Part;
import dev.parley.turnlog.StartException;
import dev.parley.turnlog.TopicCheck;
import dev.parley.turnlog.Topics;
import dev.parley.turnlog.Trouble;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;

/** The producer over HTTP: lets devices speak, and publishes what they say. */
public final class HttpProducer implements Part {
  private static final Duration KAFKA_ANSWERS_WITHIN = Duration.ofSeconds(10);

  private final KafkaSettings kafka;
  private final Topics topics;
  private final MeterRegistry meters;
  private final DeviceEdge edge;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Working working;

  /** What it has of Kafka once it is started. */
  private record Working(KafkaWatch watch, SpeechPublisher publisher) {}

  /**
   * A producer that listens and answers 503 to who speaks, for it is not started.
   *
   * @param others are asked, in order, about paths that are not the edge's
   * @throws StartException when it can't listen there
   */
  public HttpProducer(
      DeviceEdge.Settings where,
      KafkaSettings kafka,
      Topics topics,
      MeterRegistry meters,
      Handler... others)
      throws StartException {
    this.kafka = kafka;
    this.topics = topics;
    this.meters = meters;
    try {
      this.edge = DeviceEdge.start(where, this::publisher, meters, others);
    } catch (IOException e) {
      throw new StartException(new Trouble.Dead(String.valueOf(e.getMessage())), e);
    }
  }

  @Override
  public void start() throws StartException {
    TopicCheck check = new TopicCheck(kafka, topics, "parley-producer-watch");
    try {
      int partitions = check.partitions(KAFKA_ANSWERS_WITHIN);
      SpeechPublisher publisher =
          SpeechPublisher.connect(kafka.bootstrap(), topics, kafka.overrides(), meters);
      working = new Working(KafkaWatch.start(check, partitions), publisher);
    } catch (StartException e) {
      check.close();
      throw e;
    } catch (PublishException e) {
      check.close();
      throw new StartException(trouble(e), e);
    }
  }

  private static Trouble trouble(PublishException e) {
    String why = String.valueOf(e.getMessage());
    return switch (e.reason()) {
      case SETTINGS -> new Trouble.Dead(why);
      case UNREACHABLE, NO_TOPIC, LOST, DUPLICATE, CLOSED, SHUT_DOWN -> new Trouble.Waiting(why);
    };
  }

  private Optional<SpeechPublisher> publisher() {
    return Optional.ofNullable(working).map(Working::publisher);
  }

  /** The port it listens at. */
  public int port() {
    return edge.port();
  }

  @Override
  public Optional<Trouble> trouble() {
    Working now = working;
    return now == null ? Optional.of(new Trouble.Waiting("not started")) : now.watch.trouble();
  }

  /** It does not end by itself. */
  @Override
  public Optional<Throwable> awaitEnd() throws InterruptedException {
    closed.await();
    return Optional.empty();
  }

  /**
   * Takes no new requests, lets those under way finish, cancels the others.
   *
   * @param drain not needed: what is being spoken has the grace of the edge's settings
   */
  @Override
  public void close(Duration drain) {
    Working now = working;
    if (now != null) {
      now.watch.close();
    }
    try {
      edge.close();
    } finally {
      if (now != null) {
        now.publisher.close();
      }
      closed.countDown();
    }
  }
}
