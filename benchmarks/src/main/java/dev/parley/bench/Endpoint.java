package dev.parley.bench;

import dev.parley.protocol.Json;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What all sides send to: HTTP/2, in clear text or over TLS, made to cost little and to check
 * nothing. It says Hello on a downchannel, measures the delay of every chunk, and answers a request
 * that has ended with one small directive. One event loop does all of it. Whoever sends has a port
 * of its own, which tells whose a request is.
 */
final class Endpoint implements AutoCloseable {
  /** What it allows a peer: as many streams as most servers do, and windows that nobody fills. */
  static final int MAX_CONCURRENT_STREAMS = 128;

  static final int STREAM_WINDOW = 256 * 1024;

  private static final int BACKLOG = 8_192;

  /** The requests of all connections. One thread. */
  static final class Requests {
    /** Those that have not ended. */
    int open;

    /** Windows so far, and the connections that brought something in this one. */
    int window;

    int connections;
  }

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Arrivals arrivals = new Arrivals();
  private final Requests requests = new Requests();
  private final SslContext tls;
  private Watch watch = new Watch(Watch.UNKNOWN, true, 0);
  private String session = "";

  private Endpoint(Path certificate) throws Exception {
    this.tls = Certificate.make(certificate);
  }

  /** A part; its argument is where its CERTIFICATE goes. */
  public static void main(String[] arguments) throws Exception {
    try (Endpoint endpoint = new Endpoint(Path.of(arguments[0]))) {
      Control.serve(endpoint::command);
    }
  }

  /**
   * Answers {@code listen TRANSPORT}, {@code mark}, {@code watch PORT KILLED SINCE TURN...} with
   * turns as DIALOG:CHUNKS, {@code pending} and {@code fates}.
   */
  private ObjectNode command(String verb, List<String> arguments) throws Exception {
    return switch (verb) {
      case "listen" -> listen(Transport.valueOf(arguments.getFirst()));
      case "mark" -> onLoop(this::mark);
      case "watch" -> onLoop(() -> watch(arguments));
      case "pending" -> onLoop(() -> Json.newObject().put("pending", watch.pending()));
      case "fates" -> onLoop(this::fates);
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private ObjectNode onLoop(Callable<ObjectNode> work) throws Exception {
    return loop.submit(work).get();
  }

  private ObjectNode listen(Transport transport) throws InterruptedException {
    Channel server =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, transport);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    return Json.newObject().put("port", ((InetSocketAddress) server.localAddress()).getPort());
  }

  private void accept(Channel channel, Transport transport) {
    if (transport == Transport.TLS) {
      SslHandler handler = tls.newHandler(channel.alloc());
      channel.pipeline().addLast(handler);
      var _ =
          handler
              .handshakeFuture()
              .addListener(done -> {
                // Whoever only asks whether somebody listens shakes no hands.
                if (done.isSuccess()) {
                  SSLSession said = handler.engine().getSession();
                  session = said.getProtocol() + " " + said.getCipherSuite();
                }
              });
    }
    Peer peer =
        new Peer(arrivals, requests, ((InetSocketAddress) channel.localAddress()).getPort());
    Http2ConnectionHandler handler =
        new Http2ConnectionHandlerBuilder()
            .server(true)
            .initialSettings(
                new Http2Settings()
                    .maxConcurrentStreams(MAX_CONCURRENT_STREAMS)
                    .initialWindowSize(STREAM_WINDOW))
            .frameListener(peer)
            .build();
    peer.use(handler);
    channel.pipeline().addLast(handler);
  }

  private ObjectNode mark() {
    Arrivals.Sum sum = arrivals.mark(System.nanoTime());
    ObjectNode answer =
        Json.newObject()
            .put("ever", sum.ever())
            .put("chunks", sum.chunks())
            .put("repeated", sum.repeated())
            .put("dialogs", sum.dialogs())
            .put("p50", sum.p50())
            .put("p99", sum.p99())
            .put("max", sum.max())
            .put("firstP99", sum.firstP99())
            .put("open", requests.open)
            .put("connections", requests.connections)
            .put("session", session);
    requests.connections = 0;
    requests.window++;
    return answer;
  }

  private ObjectNode watch(List<String> arguments) {
    List<Watch.Turn> turns = new ArrayList<>();
    for (String word : arguments.subList(3, arguments.size())) {
      int colon = word.indexOf(':');
      turns.add(
          new Watch.Turn(
              Integer.parseInt(word, 0, colon, 10),
              Integer.parseInt(word, colon + 1, word.length(), 10)));
    }
    watch =
        new Watch(
            Integer.parseInt(arguments.get(0)),
            Boolean.parseBoolean(arguments.get(1)),
            Long.parseLong(arguments.get(2)));
    arrivals.watch(watch, turns);
    return Json.newObject();
  }

  private ObjectNode fates() {
    ObjectNode answer = Json.newObject();
    ArrayNode all = answer.putArray("fates");
    watch.fates().forEach(fate -> all.add(fate.json()));
    return answer;
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
