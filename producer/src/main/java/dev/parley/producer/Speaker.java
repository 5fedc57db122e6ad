package dev.parley.producer;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Speaks whole turns: cuts a source into chunks, paces them, publishes them, and stops when told
 * to. Holds nothing of its own; for any number of threads, each with its own turn.
 */
public final class Speaker {
  private final SpeechPublisher publisher;
  private final Time time;

  public Speaker(SpeechPublisher publisher) {
    this(publisher, Time.SYSTEM);
  }

  Speaker(SpeechPublisher publisher, Time time) {
    this.publisher = publisher;
    this.time = time;
  }

  /**
   * Speaks a turn, from {@code begin} to {@code end}, which is also published after a stop. When
   * the source breaks, gives nothing or too much (65 s), the turn is cancelled and the reason
   * thrown.
   *
   * @param source not closed
   * @param stop stops it: a wait at once, a source that is waiting for audio with its next chunk
   * @param published called after each chunk, on this thread
   * @throws AudioException when the source breaks, has no audio, or more than a turn may have
   * @throws PublishException when Kafka does not take a record
   * @throws InterruptedException when interrupted while pacing; the turn is cancelled
   */
  public Spoken speak(
      AudioSource source,
      TurnRequest request,
      Pacing pacing,
      StopSignal stop,
      Consumer<Ack> published)
      throws AudioException, PublishException, InterruptedException {
    if (!request.hasAudio()) {
      throw new IllegalArgumentException("turn " + request.turn() + " is text: use say");
    }
    Chunks chunks = new Chunks(source);
    List<Ack> acks = new ArrayList<>();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    long start = time.nanos();
    try (Turn turn = publisher.begin(request)) {
      boolean more = true;
      while (more && !stop.isStopped()) {
        Optional<byte[]> chunk = chunks.next();
        more = chunk.isPresent();
        if (chunk.isPresent()) {
          if (pacing == Pacing.REAL_TIME) {
            awaitDue(start, said.size() + chunk.get().length, stop);
          }
          if (!stop.isStopped()) {
            Ack ack = turn.audio(chunk.get());
            said.writeBytes(chunk.get());
            acks.add(ack);
            published.accept(ack);
          }
        }
      }
      if (acks.isEmpty() && !stop.isStopped()) {
        throw new AudioException(
            "the source gave no audio, so turn " + turn.id() + " is cancelled");
      }
      turn.end();
      return new Spoken(turn.id(), acks, said.toByteArray(), more);
    }
  }

  /**
   * Sends a turn of text: {@code begin} and {@code end} (C26).
   *
   * @throws PublishException when Kafka does not take a record
   */
  public Spoken say(TurnRequest request) throws PublishException {
    if (request.hasAudio()) {
      throw new IllegalArgumentException("turn " + request.turn() + " is speech: use speak");
    }
    try (Turn turn = publisher.begin(request)) {
      turn.end();
      return new Spoken(turn.id(), List.of(), new byte[0], false);
    }
  }

  /** Waits until the first {@code bytes} of audio would have been recorded. */
  private void awaitDue(long start, long bytes, StopSignal stop) throws InterruptedException {
    long due = start + bytes * TimeUnit.SECONDS.toNanos(1) / AudioSource.BYTES_PER_SECOND;
    long wait = due - time.nanos();
    if (wait > 0) {
      time.await(stop, wait);
    }
  }
}
