package dev.parley.standin;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * One HTTP/2 connection with prior knowledge, and its streams; takes what comes without a multipart
 * reader.
 */
final class TestClient implements AutoCloseable {
  static final String USER_AGENT = "Maker/Product/1.0.0 (OS 1;HW 1)";

  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel connection;
  private volatile int pingAcks;
  private volatile boolean goneAway;

  TestClient(int port) {
    connection =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forClient()
                                .initialSettings(
                                    Http2Settings.defaultSettings().initialWindowSize(65_535))
                                .build(),
                            new Frames(),
                            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                  }
                })
            .connect("127.0.0.1", port)
            .syncUninterruptibly()
            .channel();
  }

  private final class Frames extends ChannelInboundHandlerAdapter {
    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      switch (frame) {
        case Http2PingFrame ping when ping.ack() -> pingAcks++;
        case Http2GoAwayFrame _ -> goneAway = true;
        default -> {}
      }
      ctx.fireChannelRead(frame);
    }
  }

  void ping() {
    connection.writeAndFlush(new DefaultHttp2PingFrame(7)).syncUninterruptibly();
  }

  /** From now on nothing is read from the connection, as if the client were gone. */
  void stopReading() {
    connection.config().setAutoRead(false);
  }

  int pingAcks() {
    return pingAcks;
  }

  boolean goneAway() {
    return goneAway;
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  static Http2Headers get(String path, String token) {
    return headers("GET", path, token);
  }

  static Http2Headers headers(String method, String path, String token) {
    return new DefaultHttp2Headers()
        .method(method)
        .scheme("http")
        .authority("stand-in")
        .path(path)
        .set("authorization", "Bearer " + token)
        .set("user-agent", USER_AGENT);
  }

  static Http2Headers post(String token) {
    return headers("POST", "/v1/events", token)
        .set("content-type", "multipart/form-data; boundary=" + EventBytes.BOUNDARY);
  }

  /** Opens the client's downchannel and waits for Hello. */
  Stream downchannel(String token) {
    Stream stream = request(get("/v1/directives", token), true);
    stream.await("Clova", "Hello");
    return stream;
  }

  Stream request(Http2Headers headers, boolean end) {
    Stream stream = new Stream();
    stream.open(connection);
    stream
        .channel()
        .writeAndFlush(new DefaultHttp2HeadersFrame(headers, end))
        .syncUninterruptibly();
    return stream;
  }

  /** Sends a whole event and waits for the end of its answer. */
  Stream exchange(Http2Headers headers, byte[] body) {
    Stream stream = request(headers, false);
    stream.send(body, true);
    stream.awaitEnd();
    return stream;
  }

  @Override
  public void close() {
    connection.close().syncUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Waits for a condition, up to half a minute. */
  static void await(String what, BooleanSupplier condition) {
    Awaitility.await(what)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(condition::getAsBoolean);
  }

  /** One stream, seen from the client. */
  static final class Stream extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private volatile Channel channel = new io.netty.channel.embedded.EmbeddedChannel();
    private volatile int status;
    private volatile String contentType = "";
    private volatile boolean ended;
    private volatile boolean reset;
    private volatile int dataFrames;

    void open(Channel connection) {
      Http2StreamChannel opened =
          new Http2StreamChannelBootstrap(connection)
              .handler(this)
              .open()
              .syncUninterruptibly()
              .getNow();
      channel = opened;
    }

    Channel channel() {
      return channel;
    }

    void send(byte[] bytes, boolean end) {
      ByteBuf content = Unpooled.wrappedBuffer(bytes);
      channel.writeAndFlush(new DefaultHttp2DataFrame(content, end)).syncUninterruptibly();
    }

    void reset() {
      channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).syncUninterruptibly();
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      switch (frame) {
        case Http2HeadersFrame headers -> {
          CharSequence type = headers.headers().get("content-type");
          contentType = type == null ? "" : type.toString();
          status = Integer.parseInt(headers.headers().status().toString());
          ended = headers.isEndStream();
        }
        case Http2DataFrame data -> {
          byte[] bytes = new byte[data.content().readableBytes()];
          data.content().readBytes(bytes);
          synchronized (body) {
            body.writeBytes(bytes);
          }
          dataFrames++;
          ended = data.isEndStream();
        }
        default -> {}
      }
      ReferenceCountUtil.release(frame);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof Http2ResetFrame) {
        reset = true;
      }
    }

    int status() {
      return status;
    }

    String contentType() {
      return contentType;
    }

    boolean ended() {
      return ended;
    }

    boolean wasReset() {
      return reset;
    }

    int dataFrames() {
      return dataFrames;
    }

    byte[] bytes() {
      synchronized (body) {
        return body.toByteArray();
      }
    }

    /** The body as text, a character a byte. */
    String text() {
      return new String(bytes(), StandardCharsets.ISO_8859_1);
    }

    /** How many directives of this name have come. */
    int count(String namespace, String name) {
      return ResponseText.count(
          text(), "\"namespace\":\"" + namespace + "\",\"name\":\"" + name + "\"");
    }

    void await(String namespace, String name) {
      TestClient.await(namespace + "." + name, () -> count(namespace, name) > 0);
    }

    Stream awaitEnd() {
      TestClient.await("the end of the response", () -> ended || reset);
      return this;
    }
  }
}
