package dev.parley.dispatcher.cic;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.internal.concurrent.TaskRunner;

/** OkHttp's clients, one a lane: all alike, each with a pool of one connection. Any thread. */
final class LaneClients implements AutoCloseable {
  private final OkHttpClient template;

  /**
   * Opens nothing.
   *
   * @throws IOException when the CA file can't be used
   */
  LaneClients(CicSettings settings) throws IOException {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            // Repeating a request is the ledger's decision, never the client's.
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .connectTimeout(Duration.ofSeconds(3))
            // Streams live as long as people speak; the flow keeps the time.
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .pingInterval(settings.ping())
            .eventListener(new SameConnection())
            .taskRunner$okhttp(
                new TaskRunner(
                    new TaskRunner.RealBackend(new ConnectionThreads()),
                    java.util.logging.Logger.getLogger(TaskRunner.class.getName())));
    if (settings.isCleartext()) {
      builder.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    } else {
      builder.protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
      if (settings.ca().isPresent()) {
        Tls.trust(builder, settings.ca().get());
      }
    }
    this.template = builder.build();
  }

  /** One for another lane. */
  OkHttpClient next() {
    return template.newBuilder().connectionPool(new ConnectionPool(1, 5, TimeUnit.MINUTES)).build();
  }

  @Override
  public void close() {
    template.dispatcher().executorService().shutdown();
  }
}
