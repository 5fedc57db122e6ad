package dev.parley.bench;

import dev.parley.protocol.multipart.EventBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * How the other sides reach the endpoint: OkHttp and nothing else, one duplex request a dialog,
 * every chunk flushed, on as many connections as the dispatcher has. No downchannel, no ledger, no
 * retry. Any thread.
 */
final class CicClient implements AutoCloseable {
  private static final String DEVICE = "bench-";

  private final HttpUrl events;
  private final int devicesPerLane;
  private final Dispatcher calls;
  private final OkHttpClient template;
  private final Map<Integer, OkHttpClient> lanes = new HashMap<>();

  /**
   * Connects to nothing yet.
   *
   * @param url the endpoint's root
   * @param certificate what to trust, where the url says https
   * @throws IOException when the certificate can't be read
   */
  CicClient(String url, Path certificate, int devicesPerLane) throws IOException {
    this.events = HttpUrl.get(url + "/v1/events");
    this.devicesPerLane = devicesPerLane;
    this.calls = new Dispatcher(Executors.newVirtualThreadPerTaskExecutor());
    calls.setMaxRequests(Integer.MAX_VALUE);
    calls.setMaxRequestsPerHost(Integer.MAX_VALUE);
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .retryOnConnectionFailure(false)
            .dispatcher(calls)
            .socketFactory(new PromptSockets());
    if (events.isHttps()) {
      client.protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
      Certificate.trust(client, certificate);
    } else {
      client.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    }
    this.template = client.build();
  }

  /** The id of the device with this number. */
  static String device(int number) {
    return DEVICE + number;
  }

  /** The number in a device's id. */
  static int numberOf(String device) {
    return Integer.parseInt(device, DEVICE.length(), device.length(), 10);
  }

  private synchronized OkHttpClient lane(int device) {
    return lanes.computeIfAbsent(
        device / devicesPerLane,
        _ ->
            template
                .newBuilder()
                .connectionPool(new ConnectionPool(1, 5, TimeUnit.MINUTES))
                .build());
  }

  /** Begins a request for a device; what is written to it before it is open waits. */
  Upload open(int device, byte[] metadata) {
    EventBody body =
        new EventBody(
            UUID.randomUUID().toString().replace("-", ""), EventBody.Layout.PART_PER_CHUNK);
    Upload upload = new Upload(body, metadata);
    Request request =
        new Request.Builder()
            .url(events)
            .header("Authorization", "Bearer bench-" + device)
            .header("User-Agent", "Parley/Bench/1.0.0 (Linux;bench)")
            .post(upload)
            .build();
    lane(device).newCall(request).enqueue(upload);
    return upload;
  }

  @Override
  public synchronized void close() {
    calls.cancelAll();
    lanes.values().forEach(lane -> lane.connectionPool().evictAll());
    calls.executorService().shutdownNow();
  }

  /** The body of one request. One thread writes. */
  static final class Upload extends RequestBody implements Callback {
    private final EventBody body;

    /** Asked for more than once, and parsed by regular expressions. */
    private final MediaType contentType;

    private final byte[] metadata;
    private final List<byte[]> waiting = new ArrayList<>();
    private @Nullable BufferedSink sink;
    private boolean ended;
    private boolean failed;
    private int chunks;

    private Upload(EventBody body, byte[] metadata) {
      this.body = body;
      this.contentType = MediaType.get(body.contentType());
      this.metadata = metadata;
    }

    /** Writes a chunk and flushes it; waits for the endpoint's window if need be. */
    synchronized void chunk(byte[] pcm) {
      if (sink == null) {
        waiting.add(pcm);
      } else {
        write(() -> writeChunk(pcm));
      }
    }

    /** Ends the request. */
    synchronized void end() {
      ended = true;
      if (sink != null) {
        write(this::writeEnd);
      }
    }

    private BufferedSink sink() {
      if (sink == null) {
        throw new IllegalStateException("not open");
      }
      return sink;
    }

    private void writeChunk(byte[] pcm) throws IOException {
      sink().write(body.beforeChunk(chunks++)).write(pcm).flush();
    }

    private void writeEnd() throws IOException {
      sink().write(body.end()).close();
    }

    @FunctionalInterface
    private interface Write {
      void run() throws IOException;
    }

    private void write(Write write) {
      if (!failed) {
        try {
          write.run();
        } catch (IOException e) {
          failed = true;
          System.err.println("upload: " + e);
        }
      }
    }

    @Override
    public MediaType contentType() {
      return contentType;
    }

    @Override
    public boolean isDuplex() {
      return true;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public synchronized void writeTo(BufferedSink opened) throws IOException {
      sink = opened;
      opened.write(body.metadata(metadata)).flush();
      for (byte[] pcm : waiting) {
        writeChunk(pcm);
      }
      waiting.clear();
      if (ended) {
        writeEnd();
      }
    }

    @Override
    public void onResponse(Call call, Response response) {
      try (response) {
        var _ = response.body().bytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public synchronized void onFailure(Call call, IOException e) {
      if (!failed) {
        failed = true;
        System.err.println("call: " + e);
      }
    }
  }
}
