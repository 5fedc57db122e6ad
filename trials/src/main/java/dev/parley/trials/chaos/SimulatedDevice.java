package dev.parley.trials.chaos;

import dev.parley.producer.PublishException;
import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.Turn;
import dev.parley.producer.TurnRequest;
import dev.parley.protocol.TurnId;
import dev.parley.trials.chaos.History.End;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who speaks a turn of 3 to 8 s in real time, waits until it is over, and speaks again. A
 * virtual thread speaks, another listens.
 */
final class SimulatedDevice implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SimulatedDevice.class);
  private static final int CHUNK_MILLIS = 200;
  private static final int MIN_CHUNKS = 15;
  private static final int MAX_CHUNKS = 40;
  private static final int PAUSE_MILLIS = 300;
  private static final int RAMP_MILLIS = 8_000;

  private final String name;
  private final RandomGenerator random;
  private final SpeechPublisher publisher;
  private final Recorder recorder;
  private final Ear ear;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Talk talk;

  /** A turn that is being held. */
  private record Talk(TurnId turn, CountDownLatch enough, CountDownLatch over) {}

  SimulatedDevice(
      String name,
      RandomGenerator random,
      SpeechPublisher publisher,
      Recorder recorder,
      HttpClient http,
      URI router,
      Fetches fetches) {
    this.name = name;
    this.random = random;
    this.publisher = publisher;
    this.recorder = recorder;
    this.ear = new Ear(http, router, name, recorder, fetches, this::hear);
    this.thread = Thread.ofVirtual().name("device-" + name).start(this::run);
  }

  private void hear(Told told) {
    Talk now = talk;
    if (now == null || !told.turn().equals(now.turn().message())) {
      return;
    }
    switch (told) {
      case Told.Directive directive -> {
        if (directive.directive().equals("SpeechRecognizer.StopCapture")) {
          now.enough().countDown();
        }
      }
      case Told.Attachment _ -> {}
      case Told.Closed _ -> {
        recorder.over(now.turn());
        now.enough().countDown();
        now.over().countDown();
      }
    }
  }

  private void run() {
    try {
      ear.awaitOpen();
      if (stop.await(random.nextInt(RAMP_MILLIS), TimeUnit.MILLISECONDS)) {
        return;
      }
      while (!stop.await(random.nextInt(PAUSE_MILLIS), TimeUnit.MILLISECONDS)) {
        turn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn() throws InterruptedException {
    TurnRequest request = TurnRequest.speech(name, "ko").withDialog(newId()).withMessage(newId());
    Talk now = new Talk(request.turn(), new CountDownLatch(1), new CountDownLatch(1));
    talk = now;
    Speech speech = new Speech(request.turn(), random);
    int chunks = random.nextInt(MIN_CHUNKS, MAX_CHUNKS + 1);
    Turn turn;
    try {
      recorder.accepted(now.turn());
      turn = publisher.begin(request);
    } catch (PublishException e) {
      recorder.over(now.turn());
      recorder.published(speech.published(End.NOT_ACCEPTED));
      LOG.debug("{}: not accepted: {}", now.turn(), e.getMessage());
      return;
    }
    End end = End.BROKEN_OFF;
    try {
      long next = System.nanoTime();
      for (int i = 0; i < chunks; i++) {
        next += TimeUnit.MILLISECONDS.toNanos(CHUNK_MILLIS);
        if (now.enough().await(next - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          break;
        }
        turn.audio(speech.chunk());
        speech.acknowledged();
      }
      turn.end();
      end = End.ENDED;
    } catch (PublishException e) {
      LOG.debug("{}: broken off: {}", now.turn(), e.getMessage());
    } finally {
      recorder.published(speech.published(end));
    }
    now.over().await();
  }

  private String newId() {
    long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
    long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  /** It speaks no further turn. */
  void hush() {
    stop.countDown();
  }

  @Override
  public void close() {
    hush();
    thread.interrupt();
    ear.close();
  }

  /** Back when all that it was told is noted down, or soon. */
  void awaitClosed() throws InterruptedException {
    ear.awaitClosed();
  }
}
