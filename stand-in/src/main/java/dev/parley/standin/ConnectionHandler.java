package dev.parley.standin;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: its PINGs and whether they come (C7), clients that do not speak HTTP/2 (C1), and
 * what the stand-in itself has done to it. On the event loop, but for {@link #mayBeLeft}.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ConnectionHandler.class);

  private final Cic cic;
  private final AtomicBoolean answerPings;
  private final Liveness liveness;
  private boolean speaksHttp2;
  private boolean hindered;
  private volatile boolean mayBeLeft;
  private long pings;
  private final Map<Long, Runnable> reached = new HashMap<>();
  private long lastPing;

  ConnectionHandler(Cic cic, AtomicBoolean answerPings) {
    this.cic = cic;
    this.answerPings = answerPings;
    this.liveness = new Liveness(cic, this);
  }

  /** Sends GOAWAY (NO_ERROR), once the connection speaks HTTP/2. Any thread. */
  static void goAway(Channel connection) {
    giveCauseToLeave(connection);
    var _ = connection.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
  }

  /** The client may know that it is dropped before the stand-in is done with it. Any thread. */
  static void giveCauseToLeave(Channel connection) {
    ConnectionHandler handler = connection.pipeline().get(ConnectionHandler.class);
    if (handler != null) {
      handler.mayBeLeft = true;
    }
  }

  /** Whether the stand-in has given its client cause to go elsewhere. Any thread. */
  boolean mayBeLeft() {
    return mayBeLeft;
  }

  /** From now on what is late on this connection may be late because of the stand-in. */
  void hinder() {
    hindered = true;
  }

  boolean isHindered() {
    return hindered;
  }

  Liveness liveness() {
    return liveness;
  }

  /**
   * Runs once the client has certainly had all that was written on the connection so far: a PING
   * that is sent now has its ACK then. Never, if the client is gone or can't be reached.
   */
  void whenReached(Channel connection, Runnable run) {
    reached.put(++lastPing, run);
    var _ = connection.writeAndFlush(new DefaultHttp2PingFrame(lastPing));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    switch (frame) {
      case Http2SettingsFrame _ -> {
        if (!speaksHttp2) {
          speaksHttp2 = true;
          widen(ctx);
        }
      }
      case Http2PingFrame ping when !ping.ack() -> {
        pings++;
        liveness.sign();
        judge(cic, Row.C7, true, "PING number " + pings + " on connection " + ctx.channel().id());
        if (answerPings.get()) {
          var _ = ctx.writeAndFlush(new DefaultHttp2PingFrame(ping.content(), true));
        } else {
          mayBeLeft = true;
        }
      }
      case Http2PingFrame ack -> {
        Runnable run = reached.remove(ack.content());
        if (run != null) {
          run.run();
        }
      }
      default -> {}
    }
    ctx.fireChannelRead(frame);
  }

  private void widen(ChannelHandlerContext ctx) {
    int more =
        cic.config().capacity().connectionWindow() - StandInConfig.Capacity.LEAST_CONNECTION_WINDOW;
    if (more > 0) {
      var _ = ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(more));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (speaksHttp2 || cause instanceof IOException) {
      // One that broke has begun as nothing: its client may have been killed.
      log.debug("connection {} broke: {}", ctx.channel().id(), cause.toString());
    } else {
      judge(cic, Row.C1, false, "a connection does not begin as HTTP/2 does");
    }
  }

  static void judge(Cic cic, Row row, boolean ok, String detail) {
    cic.verdicts().add(List.of(new Verdict(Instant.now(), 0, "", "", "", row, ok, detail)));
  }
}
