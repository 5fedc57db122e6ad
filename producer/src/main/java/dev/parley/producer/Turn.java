package dev.parley.producer;

import static dev.parley.producer.PublishException.Reason.CLOSED;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.SpeechRecord.Audio;
import dev.parley.protocol.record.SpeechRecord.Begin;
import dev.parley.protocol.record.SpeechRecord.Cancel;
import dev.parley.protocol.record.SpeechRecord.End;

/**
 * A turn that is being published. Each record is acknowledged before the next is sent, so that a
 * lost one never leaves a gap with later ones behind it. Closing it unended cancels it, hence:
 *
 * <pre>{@code
 * try (Turn turn = publisher.begin(request)) {
 *   turn.audio(chunk);
 *   turn.end();
 * }
 * }</pre>
 *
 * <p>From any thread: calls wait for one another, each at most for Kafka's delivery time-out. After
 * a {@link PublishException} of reason {@code LOST} nothing more of the turn is sent, not even a
 * cancel; the dispatcher closes it by its idle time-out.
 */
public final class Turn implements AutoCloseable {
  /** The most audio that a turn may have: 65 s. */
  public static final int MAX_AUDIO_BYTES = 2 * 1024 * 1024;

  /** How far a turn has come. */
  public enum State {
    /** {@code begin} is published, audio may follow. */
    OPEN,
    /** {@code end} is published: all of it was said. */
    ENDED,
    /** {@code cancel} is published: nothing of it will be answered. */
    CANCELLED,
    /** A record was not acknowledged, and nothing was sent after it. */
    LOST
  }

  private final SpeechPublisher publisher;
  private final RecordSink sink;
  private final TurnRequest request;
  private final String source;
  private final int partition;
  private volatile State state = State.OPEN;
  private int seq;
  private long audioBytes;

  Turn(
      SpeechPublisher publisher,
      RecordSink sink,
      TurnRequest request,
      String source,
      int partition) {
    this.publisher = publisher;
    this.sink = sink;
    this.request = request;
    this.source = source;
    this.partition = partition;
  }

  /** The turn's name. */
  public TurnId id() {
    return request.turn();
  }

  /** How far it has come. */
  public State state() {
    return state;
  }

  /** Called once, before the turn is handed out. */
  synchronized void begin() throws PublishException {
    checkOpen();
    publish(new Begin(id(), source, request.metadata()));
  }

  /**
   * Publishes a chunk and waits until Kafka has taken it.
   *
   * @param pcm 16 kHz mono 16 bit little endian PCM (C16): an even number of bytes, at most 6,400;
   *     only the turn's last chunk should be shorter. Must not be changed afterwards.
   * @throws PublishException when Kafka does not take it, or the turn is no longer open
   * @throws IllegalArgumentException when it is no such chunk, or more than a turn may have
   * @throws IllegalStateException when it is a turn of text
   */
  public synchronized Ack audio(byte[] pcm) throws PublishException {
    if (!request.hasAudio()) {
      throw new IllegalStateException("turn " + id() + " is text: it has no audio (C26)");
    }
    if (pcm.length == 0 || pcm.length % 2 != 0 || pcm.length > Chunks.CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "a chunk has an even number of bytes, 2 to "
              + Chunks.CHUNK_BYTES
              + ", not "
              + pcm.length);
    }
    if (audioBytes + pcm.length > MAX_AUDIO_BYTES) {
      throw new IllegalArgumentException(
          "a turn has at most " + MAX_AUDIO_BYTES + " bytes of audio");
    }
    checkOpen();
    Ack ack = publish(new Audio(id(), source, seq, pcm));
    audioBytes += pcm.length;
    publisher.metrics().chunk(pcm.length);
    return ack;
  }

  /**
   * Publishes {@code end}: everything was said, or StopCapture has stopped the recording (C21,
   * C22).
   *
   * @throws PublishException when Kafka does not take it, or the turn is no longer open
   */
  public synchronized Ack end() throws PublishException {
    checkOpen();
    Ack ack = publish(new End(id(), source, seq));
    close(State.ENDED);
    return ack;
  }

  /**
   * Publishes {@code cancel}: the user has taken the turn back, or its audio broke off. Does
   * nothing when the turn is no longer open.
   *
   * @throws PublishException when Kafka does not take it
   */
  public synchronized void cancel() throws PublishException {
    if (state == State.OPEN) {
      if (seq > 0) { // Else not even begin was sent: the publisher closes at this very moment.
        publish(new Cancel(id(), source, seq));
      }
      close(State.CANCELLED);
    }
  }

  /** Cancels the turn if it is still open. */
  @Override
  public void close() throws PublishException {
    cancel();
  }

  private void checkOpen() throws PublishException {
    switch (state) {
      case OPEN -> {}
      case ENDED -> throw new PublishException(CLOSED, "turn " + id() + " has ended already");
      case CANCELLED -> throw new PublishException(CLOSED, "turn " + id() + " was cancelled");
      case LOST -> throw new PublishException(CLOSED, "turn " + id() + " lost a record before");
    }
  }

  private Ack publish(SpeechRecord record) throws PublishException {
    var raw = record.toRaw();
    long sent = System.nanoTime();
    RecordSink.Place place;
    try {
      place = sink.append(partition, raw);
    } catch (PublishException e) {
      close(State.LOST);
      throw e;
    }
    publisher.metrics().published(System.nanoTime() - sent);
    seq++;
    return new Ack(
        record.seq(), raw.value().length, partition, place.offset(), place.timestampMillis());
  }

  private void close(State outcome) {
    state = outcome;
    publisher.closed(this, request.hasAudio());
  }
}
