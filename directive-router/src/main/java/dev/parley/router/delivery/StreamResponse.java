package dev.parley.router.delivery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code GET .../directives}: the device's event stream, open until one side ends it. */
final class StreamResponse {
  private static final byte[] CONNECTED = ": connected\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Devices devices;
  private final DeliveryConfig config;
  private final DeliveryMetrics metrics;
  private final Set<EventStream> open = ConcurrentHashMap.newKeySet();

  StreamResponse(Devices devices, DeliveryConfig config, DeliveryMetrics metrics) {
    this.devices = devices;
    this.config = config;
    this.metrics = metrics;
  }

  void endAll(Outlet.End why) {
    open.forEach(stream -> stream.end(why));
  }

  void write(
      String device,
      OptionalLong after,
      Optional<String> dialog,
      Request request,
      Response response,
      Callback callback)
      throws ApiError, InterruptedException, IOException {
    EventStream stream = new EventStream(config.unread(), Thread.currentThread());
    request.addFailureListener(failure -> stream.abandon());
    open.add(stream);
    metrics.streams.incrementAndGet();
    try {
      DeviceApi.await(devices.connect(device, after, dialog, stream), config);
      response.setStatus(200);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      Content.Sink.write(response, false, ByteBuffer.wrap(CONNECTED));
      copy(stream, new EventText(device), response);
      Content.Sink.write(response, true, ByteBuffer.allocate(0));
      callback.succeeded();
    } catch (InterruptedException | IOException e) {
      if (!response.isCommitted()) {
        throw e;
      }
      // Cut, or gone: the device resumes where it was.
      callback.failed(e);
    } finally {
      stream.leave().ifPresent(metrics::streamEnded);
      open.remove(stream);
      metrics.streams.decrementAndGet();
      devices.disconnect(device, stream);
    }
  }

  private void copy(EventStream stream, EventText text, Response response)
      throws InterruptedException, IOException {
    while (true) {
      switch (stream.next(config.heartbeat().toMillis(), TimeUnit.MILLISECONDS)) {
        case EventStream.Step.Write w ->
            Content.Sink.write(response, false, ByteBuffer.wrap(text.of(w.delivery())));
        case EventStream.Step.Heartbeat h ->
            Content.Sink.write(response, false, ByteBuffer.wrap(HEARTBEAT));
        case EventStream.Step.Finish f -> {
          Content.Sink.write(response, false, ByteBuffer.wrap(EventText.of(f.why())));
          return;
        }
      }
    }
  }
}
