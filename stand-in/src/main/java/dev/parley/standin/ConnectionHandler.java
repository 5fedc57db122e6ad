package dev.parley.standin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: its PINGs (C7), and clients that do not speak HTTP/2 (C1). */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ConnectionHandler.class);

  private final Cic cic;
  private final AtomicBoolean answerPings;
  private boolean speaksHttp2;
  private long pings;

  ConnectionHandler(Cic cic, AtomicBoolean answerPings) {
    this.cic = cic;
    this.answerPings = answerPings;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    switch (frame) {
      case Http2SettingsFrame _ -> {
        if (!speaksHttp2) {
          speaksHttp2 = true;
          int more =
              cic.config().capacity().connectionWindow()
                  - StandInConfig.Capacity.LEAST_CONNECTION_WINDOW;
          if (more > 0) {
            var _ = ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(more));
          }
        }
      }
      case Http2PingFrame ping when !ping.ack() -> {
        pings++;
        judge(cic, Row.C7, true, "PING number " + pings + " on connection " + ctx.channel().id());
        if (answerPings.get()) {
          var _ = ctx.writeAndFlush(new DefaultHttp2PingFrame(ping.content(), true));
        }
      }
      default -> {}
    }
    ctx.fireChannelRead(frame);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (speaksHttp2) {
      log.debug("connection {} broke: {}", ctx.channel().id(), cause.toString());
    } else {
      judge(cic, Row.C1, false, "a connection does not begin as HTTP/2 does");
    }
  }

  static void judge(Cic cic, Row row, boolean ok, String detail) {
    cic.verdicts().add(List.of(new Verdict(Instant.now(), 0, "", "", "", row, ok, detail)));
  }
}
