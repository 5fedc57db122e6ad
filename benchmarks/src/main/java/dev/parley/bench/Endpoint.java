package dev.parley.bench;

import dev.parley.protocol.Json;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What all sides send to: HTTP/2 in clear text with prior knowledge, made to cost little and to
 * check nothing. It says Hello on a downchannel, measures the delay of every chunk, and answers a
 * request that has ended with one small directive. One event loop does all of it.
 */
final class Endpoint implements AutoCloseable {
  /** What it allows a peer: as many streams as most servers do, and windows that nobody fills. */
  static final int MAX_CONCURRENT_STREAMS = 128;

  static final int STREAM_WINDOW = 256 * 1024;
  static final int CONNECTION_WINDOW = 4 * 1024 * 1024;

  private static final int DEFAULT_CONNECTION_WINDOW = 65_535;
  private static final int BACKLOG = 8_192;
  private static final String MULTIPART = "multipart/related; boundary=b";

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Arrivals arrivals = new Arrivals();
  private final Channel server;
  private int connections;

  private Endpoint() throws InterruptedException {
    this.server =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    Peer peer = new Peer();
                    Http2ConnectionHandler handler =
                        new Http2ConnectionHandlerBuilder()
                            .server(true)
                            .initialSettings(
                                new Http2Settings()
                                    .maxConcurrentStreams(MAX_CONCURRENT_STREAMS)
                                    .initialWindowSize(STREAM_WINDOW))
                            .frameListener(peer)
                            .build();
                    peer.handler = handler;
                    channel.pipeline().addLast(handler);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
  }

  /** A part: answers {@code port}, {@code mark} and {@code late MILLIS}. */
  public static void main(String[] arguments) throws InterruptedException {
    try (Endpoint endpoint = new Endpoint()) {
      Control.serve(endpoint::command);
    }
  }

  private ObjectNode command(String verb, List<String> arguments) throws Exception {
    return switch (verb) {
      case "port" ->
          Json.newObject().put("port", ((InetSocketAddress) server.localAddress()).getPort());
      case "mark" -> onLoop(this::mark);
      case "late" -> onLoop(() -> late(Long.parseLong(arguments.getFirst())));
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private ObjectNode onLoop(Callable<ObjectNode> work) throws Exception {
    return loop.submit(work).get();
  }

  private ObjectNode mark() {
    Arrivals.Sum sum = arrivals.mark(System.nanoTime());
    return Json.newObject()
        .put("chunks", sum.chunks())
        .put("repeated", sum.repeated())
        .put("dialogs", sum.dialogs())
        .put("p50", sum.p50())
        .put("p99", sum.p99())
        .put("max", sum.max())
        .put("firstP99", sum.firstP99())
        .put("connections", connections);
  }

  private ObjectNode late(long millis) {
    ObjectNode answer = Json.newObject();
    ArrayNode dialogs = answer.putArray("late");
    for (Arrivals.Lateness late : arrivals.late(millis * 1_000_000)) {
      dialogs
          .addObject()
          .put("first", late.firstNanos())
          .put("worst", late.worstNanos())
          .put("at", late.worstAtNanos());
    }
    return answer;
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static ByteBuf part(String name) {
    String json =
        "{\"directive\":{\"header\":{\"namespace\":\"Clova\",\"name\":\""
            + name
            + "\",\"messageId\":\""
            + new UUID(System.nanoTime(), 0x8000000000000000L)
            + "\"},\"payload\":{}}}";
    return Unpooled.copiedBuffer(
        "--b\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n" + json + "\r\n",
        StandardCharsets.UTF_8);
  }

  /** One connection. */
  private final class Peer extends Http2EventAdapter {
    private final IntObjectMap<ChunkReader> requests = new IntObjectHashMap<>();
    private @Nullable Http2ConnectionHandler handler;

    private Http2ConnectionHandler handler() {
      if (handler == null) {
        throw new IllegalStateException("a frame before the handler was set");
      }
      return handler;
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
        throws Http2Exception {
      connections++;
      var _ = context.channel().closeFuture().addListener(_ -> connections--);
      var connection = handler().connection();
      handler()
          .decoder()
          .flowController()
          .incrementWindowSize(
              connection.connectionStream(), CONNECTION_WINDOW - DEFAULT_CONNECTION_WINDOW);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int stream,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end) {
      onHeadersRead(context, stream, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean end) {
      if (!end) {
        requests.put(stream, new ChunkReader(arrivals, System::nanoTime));
      } else if (headers.path() != null && "/v1/directives".contentEquals(headers.path())) {
        respond(context, stream, "Hello", false);
      } else {
        var _ =
            handler()
                .encoder()
                .writeHeaders(
                    context,
                    stream,
                    new DefaultHttp2Headers().status("404"),
                    0,
                    true,
                    context.newPromise());
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean end) {
      int processed = data.readableBytes() + padding;
      ChunkReader request = requests.get(stream);
      if (request != null) {
        request.take(data);
        if (end) {
          requests.remove(stream);
          respond(context, stream, "Noted", true);
        }
      }
      return processed;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int stream, long error) {
      requests.remove(stream);
    }

    private void respond(ChannelHandlerContext context, int stream, String name, boolean end) {
      var encoder = handler().encoder();
      var _ =
          encoder.writeHeaders(
              context,
              stream,
              new DefaultHttp2Headers().status("200").set("content-type", MULTIPART),
              0,
              false,
              context.newPromise());
      ByteBuf part = part(name);
      ByteBuf body =
          end
              ? Unpooled.wrappedBuffer(
                  part, Unpooled.copiedBuffer("--b--\r\n", StandardCharsets.US_ASCII))
              : Unpooled.wrappedBuffer(
                  part, Unpooled.copiedBuffer("--b\r\n", StandardCharsets.US_ASCII));
      var _ = encoder.writeData(context, stream, body, 0, end, context.newPromise());
    }
  }
}
