package dev.parley.cli.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cli.command.CommandException;
import dev.parley.turnlog.Trouble;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
  private final AtomicReference<@Nullable Trouble> trouble = new AtomicReference<>();
  private final PartMetrics metrics = new PartMetrics("dispatcher");
  private final HttpClient client = HttpClient.newHttpClient();
  private HealthServer server;

  @BeforeEach
  void start() throws CommandException {
    server =
        HealthServer.start(
            "127.0.0.1",
            0,
            new HealthHandler(() -> Optional.ofNullable(trouble.get()), metrics.registry()));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    metrics.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aReadyPartSaysSo() throws Exception {
    HttpResponse<String> response = get("/ready");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"status\":\"ready\"}");
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
  }

  @Test
  void aPartThatIsNotReadySaysWhyAndIsLiveStill() throws Exception {
    trouble.set(new Trouble.Waiting("Kafka \"away\""));
    HttpResponse<String> response = get("/ready");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body())
        .isEqualTo("{\"status\":\"not ready\",\"reason\":\"Kafka \\\"away\\\"\"}");
    assertThat(get("/live").statusCode()).isEqualTo(200);
  }

  @Test
  void aDeadPartIsNeitherLiveNorReadyAndSaysWhy() throws Exception {
    trouble.set(new Trouble.Dead("it has ended"));
    assertThat(get("/live").statusCode()).isEqualTo(503);
    assertThat(get("/live").body())
        .isEqualTo("{\"status\":\"not live\",\"reason\":\"it has ended\"}");
    assertThat(get("/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void theWordsOfATroubleDecideNothing() throws Exception {
    trouble.set(new Trouble.Waiting("the poll thread has been stuck"));
    assertThat(get("/live").statusCode()).isEqualTo(200);
  }

  @Test
  void metricsAreThoseOfThePartAndItsProcess() throws Exception {
    metrics.registry().counter("parley.turns").increment();
    assertThat(get("/metrics").body())
        .contains("parley_turns_total{part=\"dispatcher\"} 1.0")
        .contains("jvm_memory_used_bytes")
        .contains("process_uptime_seconds");
  }

  @Test
  void everyOtherPathIsForOthers() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
  }

  @Test
  void aPortThatIsTakenIsSaidInOneLine() {
    HealthHandler handler = new HealthHandler(Optional::empty, metrics.registry());
    assertThatThrownBy(() -> HealthServer.start("127.0.0.1", server.port(), handler))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith("port " + server.port() + " cannot be listened on")
        .hasMessageEndingWith("give another with --http-port");
  }
}
