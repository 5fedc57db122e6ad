package dev.parley.standin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP/2 stream: finds out what is asked for, and passes on what comes. */
final class StreamHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(StreamHandler.class);

  private final Cic cic;
  private Optional<ResponseWriter> writer = Optional.empty();
  private Optional<Exchange> exchange = Optional.empty();

  StreamHandler(Cic cic) {
    this.cic = cic;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    try {
      switch (frame) {
        case Http2HeadersFrame headers -> {
          if (exchange.isEmpty()) {
            exchange = Optional.of(open(ctx, headers));
          }
          if (headers.isEndStream()) {
            exchange.get().end();
          }
        }
        case Http2DataFrame data -> {
          Exchange open = exchange.orElseThrow();
          open.data(data.content());
          if (data.isEndStream()) {
            open.end();
          }
        }
        default -> log.debug("a frame of no use here: {}", frame);
      }
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private Exchange open(ChannelHandlerContext ctx, Http2HeadersFrame headers) {
    RequestHead head = RequestHead.of(headers.headers());
    ResponseWriter to = new ResponseWriter(ctx.channel());
    writer = Optional.of(to);
    Checks checks = new Checks();
    checks.pass(Row.C1, "HTTP/2");
    Incoming request =
        new Incoming(
            cic,
            cic.requests().incrementAndGet(),
            head,
            ctx.channel().parent().pipeline().get(ConnectionHandler.class),
            ctx.channel(),
            to,
            checks);
    return switch (head.path()) {
      case "/v1/directives" ->
          head.method().equals("GET") ? DownchannelExchange.open(request) : wrongMethod(to, "GET");
      case "/v1/events" ->
          head.method().equals("POST") ? EventExchange.begin(request) : wrongMethod(to, "POST");
      case "/ping" -> head.method().equals("GET") ? ping(request) : wrongMethod(to, "GET");
      case "/stand-in/rows" -> head.method().equals("GET") ? rows(request) : wrongMethod(to, "GET");
      default -> {
        Failures.write(
            to,
            404,
            "there is /v1/directives, /v1/events and /ping; not what was asked for",
            Reply.Shape.WRAPPED);
        yield new Answered();
      }
    };
  }

  private static Exchange wrongMethod(ResponseWriter to, String right) {
    Failures.write(to, 405, "the method must be " + right, Reply.Shape.WRAPPED);
    return new Answered();
  }

  /** No part of CIC: what an operator of the stand-in may ask for. */
  private Exchange rows(Incoming request) {
    ResponseWriter to = request.writer();
    to.head(200, Optional.of("application/json; charset=UTF-8"), false);
    to.body(List.of(cic.verdicts().counts().json().getBytes(StandardCharsets.UTF_8)));
    to.end();
    return new Answered();
  }

  private Exchange ping(Incoming request) {
    request.connection().liveness().sign();
    request.writer().head(204, Optional.empty(), true);
    String client = request.head().token().map(token -> ClientId.of(token).digest()).orElse("");
    cic.verdicts()
        .add(
            List.of(
                new Verdict(
                    Instant.now(), request.number(), client, "", "", Row.C7, true, "GET /ping")));
    return new Answered();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    writer.ifPresent(ResponseWriter::pump);
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    writer.ifPresent(ResponseWriter::close);
    exchange.ifPresent(Exchange::closed);
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof Http2FrameStreamException) {
      log.debug("stream {} broke: {}", ctx.channel().id(), cause.toString());
    } else {
      log.warn("a fault of the stand-in ends stream {}", ctx.channel().id(), cause);
    }
    var _ = ctx.close();
  }
}
