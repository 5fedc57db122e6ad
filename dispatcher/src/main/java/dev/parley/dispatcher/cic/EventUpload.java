package dev.parley.dispatcher.cic;

import dev.parley.protocol.multipart.EventBody;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * The body of one event request: what is said, queued until CIC takes it, and written by a virtual
 * thread of its own. Whoever takes a piece out of the queue counts it down. Any thread.
 */
final class EventUpload extends RequestBody {
  /** A whole utterance of a minute: more than this is never held for one turn. */
  static final long MOST_QUEUED_BYTES = 2 * 1024 * 1024;

  /**
   * OkHttp writes by itself what comes to 16 KiB, and then waits for the peer's window with that in
   * the socket's buffer: a peer that has it not gives no credit for it. So it is flushed before.
   */
  private static final int MOST_UNFLUSHED_BYTES = 15 * 1024;

  /** Told how the writing goes, on its thread. */
  interface Progress {
    /** The request's head and metadata are on their way. */
    void requested();

    /** Everything is on its way, the final boundary too. */
    void uploaded();

    /** What was told threw this. */
    void failed(RuntimeException cause);
  }

  /** What became of the writing. */
  sealed interface End {
    /** All of it is on its way. */
    record Whole() implements End {}

    /** The stream took no more. */
    record Refused() implements End {}

    /** It was to stop, or who was told of it threw. */
    record Stopped() implements End {}
  }

  /** What the writing thread finds in its queue. */
  private sealed interface Piece {
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Chunk(byte[] pcm) implements Piece {}

    record End() implements Piece {}

    /** The call is over; nothing more is written. */
    record Stop() implements Piece {}
  }

  private final String name;
  private final EventBody body;
  private final byte[] metadata;
  private final HeldBytes held;
  private final Progress progress;

  // Asked for more than once, and parsed by regular expressions.
  private final MediaType contentType;
  private final BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private volatile boolean begun;
  private volatile boolean stopped;

  /** Since when the writing thread has been writing the same thing; 0 while it is not. */
  private volatile long writingSinceNanos;

  /**
   * Nothing is written yet.
   *
   * @param name of the thread
   * @param metadata the first part
   * @param held counts what is queued here, among others
   */
  EventUpload(String name, EventBody body, byte[] metadata, HeldBytes held, Progress progress) {
    this.name = name;
    this.body = body;
    this.metadata = metadata;
    this.held = held;
    this.progress = progress;
    this.contentType = MediaType.get(body.contentType());
  }

  /** Queues a chunk; false when too much is queued already. Never waits. */
  boolean add(byte[] pcm) {
    if (end.isDone()) {
      return true; // Nobody wants it any more.
    }
    if (queuedBytes.get() + pcm.length > MOST_QUEUED_BYTES) {
      return false;
    }
    count(pcm.length);
    queue.add(new Piece.Chunk(pcm));
    if (stopped || end.isDone()) {
      stop();
    }
    return true;
  }

  /** After what is queued, ends the request. Never waits. */
  void finish() {
    queue.add(new Piece.End());
  }

  /**
   * Nothing more is to be written, and what is queued is forgotten. A thread that waits for its
   * window is freed by a reset of the stream alone. Never waits.
   */
  void stop() {
    stopped = true;
    empty();
    queue.add(new Piece.Stop());
  }

  private void empty() {
    for (Piece piece = queue.poll(); piece != null; piece = queue.poll()) {
      if (piece instanceof Piece.Chunk chunk) {
        count(-chunk.pcm().length);
      }
    }
  }

  /** What is queued, in bytes. */
  long queuedBytes() {
    return queuedBytes.get();
  }

  private void count(long more) {
    queuedBytes.addAndGet(more);
    held.add(more);
  }

  /** Whether it has been writing the same thing for longer than this. */
  boolean isStuck(Duration limit) {
    long since = writingSinceNanos;
    return since != 0 && System.nanoTime() - since > limit.toNanos();
  }

  /** Waits until the writing, which has begun, has ended. */
  End awaitEnd() throws InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same, but no longer than this, and not if it has not begun. */
  void awaitEnd(Duration limit) throws InterruptedException {
    if (!begun) {
      return;
    }
    try {
      var _ = end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      // It waits for a socket that stands still; others see to that.
    }
  }

  // ---------------------------------------------------------------------------- OkHttp's calls

  @Override
  public MediaType contentType() {
    return contentType;
  }

  /** {@link #writeTo} returns at once and the sink is written to later. */
  @Override
  public boolean isDuplex() {
    return true;
  }

  /** Otherwise the client would send a body again by itself. */
  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) {
    begun = true;
    Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            end.complete(write(sink));
          } finally {
            end.complete(new End.Stopped());
            writing(false);
            empty();
          }
        });
  }

  // ---------------------------------------------------------------------------- its thread

  private End write(BufferedSink sink) {
    try {
      writing(true);
      write(sink, body.metadata(metadata), 0);
      sink.flush();
      writing(false);
      progress.requested();
      return writePieces(sink);
    } catch (IOException e) {
      // The reading thread meets the same end and says what it was.
      return stopped ? new End.Stopped() : new End.Refused();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new End.Stopped();
    } catch (RuntimeException e) {
      progress.failed(e);
      closeAfterReset(sink);
      return new End.Stopped();
    }
  }

  /** Writes nothing: it lets OkHttp forget the call. */
  private static void closeAfterReset(BufferedSink sink) {
    try {
      sink.close();
    } catch (IOException e) {
      // As it should.
    }
  }

  private void writing(boolean now) {
    writingSinceNanos = now ? Math.max(1, System.nanoTime()) : 0;
  }

  private End writePieces(BufferedSink sink) throws IOException, InterruptedException {
    int index = 0;
    int unflushed = 0;
    while (true) {
      Piece piece = queue.poll();
      if (piece == null) {
        // Nothing more at once: what was written goes out now.
        sink.flush();
        unflushed = 0;
        writing(false);
        piece = queue.take();
      }
      writing(true);
      switch (piece) {
        case Piece.Chunk chunk -> {
          try {
            unflushed = write(sink, body.beforeChunk(index++), unflushed);
            unflushed = write(sink, chunk.pcm(), unflushed);
          } finally {
            count(-chunk.pcm().length);
          }
        }
        case Piece.End last -> {
          write(sink, body.end(), unflushed);
          sink.flush();
          sink.close();
          writing(false);
          progress.uploaded();
          return new End.Whole();
        }
        case Piece.Stop stop -> {
          closeAfterReset(sink);
          return new End.Stopped();
        }
      }
    }
  }

  /** Writes and flushes before it could be made to wait; returns what is not flushed then. */
  private static int write(BufferedSink sink, byte[] bytes, int unflushed) throws IOException {
    int waiting = unflushed;
    for (int done = 0; done < bytes.length; ) {
      int n = Math.min(bytes.length - done, MOST_UNFLUSHED_BYTES);
      if (waiting + n > MOST_UNFLUSHED_BYTES) {
        sink.flush();
        waiting = 0;
      }
      sink.write(bytes, done, n);
      waiting += n;
      done += n;
    }
    return waiting;
  }
}
