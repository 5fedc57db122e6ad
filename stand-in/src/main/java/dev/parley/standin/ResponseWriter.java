package dev.parley.standin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Works off the steps of one response, no faster than the client's flow-control window lets it.
 *
 * <p>Every method is called on the stream's event loop.
 */
final class ResponseWriter {
  private static final int ALONE_BELOW = 1_024;

  /** Whoever is refused and neither ends its request nor resets it has its stream reset then. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private static final int REFUSED_FROM = 400;

  private sealed interface Step {
    record Head(Http2Headers headers, boolean end) implements Step {}

    record Body(ByteBuf bytes) implements Step {}

    record Pause(Duration duration) implements Step {}

    record End() implements Step {}
  }

  private final Channel stream;
  private final Deque<Step> steps = new ArrayDeque<>();
  private Cut cut = Cut.NONE;
  private long cutAt = Long.MAX_VALUE;
  private int frameBytes = 16_384;
  private long written;
  private int status;
  private boolean waiting;
  private boolean closed;
  private boolean whole;
  private Runnable whenEnded = () -> {};

  ResponseWriter(Channel stream) {
    this.stream = stream;
  }

  void misbehave(Cut wanted, int atMostInFrame) {
    cut = wanted;
    frameBytes = atMostInFrame;
    cutAt =
        switch (wanted) {
          case Cut.None _, Cut.NoFinalBoundary _ -> Long.MAX_VALUE;
          case Cut.EndAfter(long bytes) -> bytes;
          case Cut.ResetAfter(long bytes) -> bytes;
          case Cut.StallAfter(long bytes, _) -> bytes;
        };
  }

  void head(int withStatus, Optional<String> contentType, boolean end) {
    Http2Headers headers = new DefaultHttp2Headers().status(String.valueOf(withStatus));
    contentType.ifPresent(type -> headers.set("content-type", type));
    status = withStatus;
    add(new Step.Head(headers, end));
  }

  void body(List<byte[]> pieces) {
    pieces.forEach(piece -> steps.add(new Step.Body(Unpooled.wrappedBuffer(piece))));
    pump();
  }

  void pause(Duration duration) {
    if (!duration.isZero()) {
      add(new Step.Pause(duration));
    }
  }

  void end() {
    add(new Step.End());
  }

  /** Called once when END_STREAM or a reset has been handed to the connection. */
  void whenEnded(Runnable run) {
    whenEnded = run;
  }

  /** The status that was or will be sent; 0 before there is one. */
  int status() {
    return status;
  }

  /** Whether the response was written to its end without a cut. */
  boolean isWhole() {
    return whole;
  }

  /** The stream is gone: nothing is written any more. */
  void close() {
    closed = true;
    steps.clear();
  }

  private void add(Step step) {
    steps.add(step);
    pump();
  }

  /** Writes what can be written; called again when the stream has become writable. */
  void pump() {
    boolean wrote = false;
    while (!closed && !waiting && stream.isWritable()) {
      Step step = steps.peek();
      if (step == null) {
        break;
      }
      if (step instanceof Step.Body(ByteBuf bytes)) {
        if (written >= cutAt) {
          cutHere();
        } else if (bodyFrame(bytes)) {
          steps.remove();
        }
        wrote = true;
        continue;
      }
      steps.remove();
      wrote = true;
      switch (step) {
        case Step.Head(Http2Headers headers, boolean end) -> {
          write(new DefaultHttp2HeadersFrame(headers, end));
          if (end) {
            ended(true);
          }
        }
        case Step.Pause(Duration duration) -> waitFor(duration);
        case Step.End _ -> {
          write(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
          ended(true);
        }
        case Step.Body _ -> throw new IllegalStateException("handled above");
      }
    }
    if (wrote) {
      stream.flush();
    }
  }

  /** Returns whether the piece is finished. */
  private boolean bodyFrame(ByteBuf bytes) {
    int length = (int) Math.min(Math.min(bytes.readableBytes(), frameBytes), cutAt - written);
    write(new DefaultHttp2DataFrame(bytes.readRetainedSlice(length)));
    written += length;
    if (frameBytes < ALONE_BELOW) {
      // Frames that wait together are joined to one, so each has a turn of the event loop to
      // itself.
      waiting = true;
      stream.eventLoop().execute(this::resume);
    }
    return !bytes.isReadable();
  }

  private void cutHere() {
    cutAt = Long.MAX_VALUE;
    switch (cut) {
      case Cut.None _, Cut.NoFinalBoundary _ ->
          throw new IllegalStateException("no cut was asked for");
      case Cut.EndAfter _ -> {
        write(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
        ended(false);
      }
      case Cut.ResetAfter _ -> {
        write(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        ended(false);
      }
      case Cut.StallAfter(_, Duration pause) -> waitFor(pause);
    }
  }

  private void waitFor(Duration duration) {
    waiting = true;
    var _ = stream.eventLoop().schedule(this::resume, duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void resume() {
    waiting = false;
    pump();
  }

  /** A write that fails means a stream that is gone, of which {@link #close} tells. */
  private void write(Http2Frame frame) {
    var _ = stream.write(frame);
  }

  private void ended(boolean asItShould) {
    whole = asItShould;
    close();
    whenEnded.run();
    if (asItShould && status >= REFUSED_FROM) {
      var _ =
          stream.eventLoop().schedule(this::resetIfOpen, GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Without an error, for the response is complete (RFC 9113, 8.1): curl waits for it. */
  private void resetIfOpen() {
    if (stream.isActive()) {
      var _ = stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    }
  }
}
