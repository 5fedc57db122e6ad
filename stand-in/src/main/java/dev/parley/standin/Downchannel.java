package dev.parley.standin;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An open downchannel. The line of the delimiter after a part is ended at once, so that a client
 * can read the part without waiting for the next; when the stand-in ends a downchannel, the final
 * boundary is therefore missing (C46).
 *
 * <p>{@link #send} and {@link #end} may be called on any thread; parts go out in the order of the
 * calls.
 */
final class Downchannel {
  private static final byte[] CRLF = {'\r', '\n'};

  private final ConnectionHandler connection;
  private final Channel stream;
  private final ResponseWriter writer;
  private final MultipartBody body = new MultipartBody();
  private volatile boolean helloSent;

  Downchannel(ConnectionHandler connection, Channel stream, ResponseWriter writer) {
    this.connection = connection;
    this.stream = stream;
    this.writer = writer;
  }

  /** On the event loop: response headers and the first boundary. */
  void open() {
    writer.head(200, Optional.of(body.contentType()), false);
    writer.body(List.of(body.first(), CRLF));
  }

  void hello() {
    helloSent = true;
    send(new Part.Directive(Directives.of("Clova.Hello", Optional.empty(), Directives.payload())));
  }

  boolean helloSent() {
    return helloSent;
  }

  /** Whether neither side has ended it; a reset counts as soon as it has come. Any thread. */
  boolean isOpen() {
    return stream.isOpen();
  }

  /** The connection it is on. */
  ConnectionHandler connection() {
    return connection;
  }

  void send(Part part) {
    onLoop(() -> {
      writer.body(body.partOnOpenLine(part));
      writer.body(List.of(CRLF));
    });
  }

  /** Sends a part, and tells on the connection's event loop when it has reached the client. */
  void send(Part part, Runnable reached) {
    send(part);
    onLoop(() -> connection.whenReached(stream.parent(), reached));
  }

  /** After all that was said before on whatever thread. */
  void end() {
    stream.eventLoop().execute(writer::end);
  }

  void endAfter(Duration open) {
    onLoop(() -> {
      writer.pause(open);
      writer.end();
    });
  }

  /**
   * At once where possible, so that what a turn says on the downchannel is written before its
   * answer.
   */
  private void onLoop(Runnable run) {
    if (stream.eventLoop().inEventLoop()) {
      run.run();
    } else {
      stream.eventLoop().execute(run);
    }
  }
}
