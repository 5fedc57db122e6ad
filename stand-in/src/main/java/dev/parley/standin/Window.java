package dev.parley.standin;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.util.function.Function;

/**
 * A flow-control window that its client may write into (RFC 9113, section 5.2), of a stream or of
 * its connection, which can be kept from being filled up again. Used on the event loop.
 */
final class Window {
  private final Channel connection;
  private final Http2LocalFlowController controller;
  private final Http2Stream of;
  private int held;

  private Window(Channel stream, Function<Http2Connection, Http2Stream> of) {
    this.connection = stream.parent();
    Http2Connection codec = connection.pipeline().get(Http2FrameCodec.class).connection();
    this.controller = codec.local().flowController();
    this.of = of.apply(codec);
  }

  static Window ofStream(Channel stream) {
    int id = ((Http2StreamChannel) stream).stream().id();
    return new Window(stream, connection -> connection.stream(id));
  }

  static Window ofConnection(Channel stream) {
    return new Window(stream, Http2Connection::connectionStream);
  }

  /** What is granted stays so; no more is until {@link #release}. */
  void hold() {
    held = controller.initialWindowSize(of);
    change(-held);
  }

  /** Grants all that was read meanwhile. */
  void release() {
    int size = held;
    held = 0;
    change(size);
    connection.flush();
  }

  private void change(int delta) {
    try {
      controller.incrementWindowSize(of, delta);
    } catch (Http2Exception e) {
      throw new IllegalStateException("a window can't be changed by " + delta, e);
    }
  }
}
