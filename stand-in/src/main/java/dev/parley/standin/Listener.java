package dev.parley.standin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The socket, the event loops, and the pipeline of each connection. */
final class Listener {
  private static final int MAX_HEADER_LIST = 32 * 1024;

  private final Cic cic;
  private final Optional<Tls> tls;
  private final EventLoopGroup loops;
  private final Channel server;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final AtomicBoolean answerPings = new AtomicBoolean(true);

  Listener(Cic cic, Optional<Tls> tls) {
    this.cic = cic;
    this.tls = tls;
    StandInConfig config = cic.config();
    loops =
        new MultiThreadIoEventLoopGroup(
            config.capacity().threads(),
            new DefaultThreadFactory("stand-in", true),
            NioIoHandler.newFactory());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connect(connection);
                  }
                })
            .bind(config.host(), config.port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new IllegalStateException(
          "cannot listen on "
              + config.host()
              + ":"
              + config.port()
              + ": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    server = bound.channel();
  }

  int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** All open connections. */
  ChannelGroup connections() {
    return connections;
  }

  void answerPings(boolean answer) {
    answerPings.set(answer);
  }

  void close() {
    server.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void connect(Channel connection) {
    connections.add(connection);
    if (tls.isEmpty()) {
      http2(connection);
      return;
    }
    connection.pipeline().addLast(tls.get().context().newHandler(connection.alloc()));
    connection
        .pipeline()
        .addLast(
            new ApplicationProtocolNegotiationHandler(ApplicationProtocolNames.HTTP_1_1) {
              @Override
              protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
                if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                  http2(ctx.channel());
                } else {
                  ConnectionHandler.judge(cic, Row.C1, false, "a client did not offer h2 by ALPN");
                  var _ = ctx.close();
                }
              }

              @Override
              protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
                var _ = ctx.close();
              }
            });
  }

  private void http2(Channel connection) {
    connection
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forServer()
                .autoAckPingFrame(false)
                .initialSettings(
                    Http2Settings.defaultSettings()
                        .maxConcurrentStreams(cic.config().capacity().maxConcurrentStreams())
                        .initialWindowSize(cic.config().capacity().streamWindow())
                        .maxHeaderListSize(MAX_HEADER_LIST))
                .build(),
            new ConnectionHandler(cic, answerPings),
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream.pipeline().addLast(new StreamHandler(cic));
                  }
                }));
  }
}
