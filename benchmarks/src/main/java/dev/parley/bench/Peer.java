package dev.parley.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One connection to the endpoint, and its requests. One thread. */
final class Peer extends Http2EventAdapter {
  static final int CONNECTION_WINDOW = 4 * 1024 * 1024;

  private static final int DEFAULT_CONNECTION_WINDOW = 65_535;
  private static final String MULTIPART = "multipart/related; boundary=b";

  private final Arrivals arrivals;
  private final Endpoint.Requests all;
  private final IntObjectMap<ChunkReader> requests = new IntObjectHashMap<>();
  private final int port;
  private int lastWindow = -1;
  private @Nullable Http2ConnectionHandler handler;

  /**
   * A connection to this port.
   *
   * @param all what it has in common with the others
   */
  Peer(Arrivals arrivals, Endpoint.Requests all, int port) {
    this.arrivals = arrivals;
    this.all = all;
    this.port = port;
  }

  /** Answers by this handler; comes before the first frame. */
  void use(Http2ConnectionHandler answering) {
    handler = answering;
  }

  private Http2ConnectionHandler handler() {
    if (handler == null) {
      throw new IllegalStateException("a frame before the handler was set");
    }
    return handler;
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    var _ =
        context
            .channel()
            .closeFuture()
            .addListener(_ -> {
              all.open -= requests.size();
              requests.clear();
            });
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
      requests.put(stream, new ChunkReader(arrivals, port, System::nanoTime));
      all.open++;
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
      if (lastWindow != all.window) {
        lastWindow = all.window;
        all.connections++;
      }
      request.take(data);
      if (end) {
        requests.remove(stream);
        all.open--;
        respond(context, stream, "Noted", true);
      }
    }
    return processed;
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int stream, long error) {
    if (requests.remove(stream) != null) {
      all.open--;
    }
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
}
