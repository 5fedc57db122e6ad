package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import dev.parley.cli.health.HealthServer;
import dev.parley.turnlog.Part;
import dev.parley.turnlog.StartException;
import dev.parley.turnlog.Trouble;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PartRunnerTest {
  /** Does nothing, and says and suffers what it is told to. */
  private static final class Idle implements Part {
    final Queue<Trouble> refusals = new ArrayDeque<>();
    final AtomicInteger started = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
    volatile Optional<Trouble> trouble = Optional.empty();

    @Override
    public void start() throws StartException {
      Trouble refusal = refusals.poll();
      if (refusal != null) {
        throw new StartException(refusal, null);
      }
      started.incrementAndGet();
    }

    @Override
    public Optional<Trouble> trouble() {
      return trouble;
    }

    @Override
    public Optional<Throwable> awaitEnd() throws InterruptedException {
      try {
        return end.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close(Duration drain) {
      closed.incrementAndGet();
      end.complete(Optional.empty());
    }
  }

  private final Idle part = new Idle();
  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final Thread command =
      Thread.ofPlatform()
          .unstarted(() -> {
            try (PartRunner runner = new PartRunner("idle");
                HealthServer server = HealthServer.start("127.0.0.1", 0, runner.health())) {
              port.complete(server.port());
              status.complete(runner.run(part, Duration.ZERO, "idles"));
            } catch (Exception e) {
              status.completeExceptionally(e);
            }
          });

  private String get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port.get() + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    }
  }

  @Test
  void aPartThatCannotStartYetIsLiveAndSaysWhyAndIsStartedAgain() throws Exception {
    List.of("Kafka is away", "no topics", "no topics", "no topics")
        .forEach(why -> part.refusals.add(new Trouble.Waiting(why)));
    command.start();
    await().until(() -> get("/ready").equals("503 " + notReady("no topics")));
    assertThat(get("/live")).startsWith("200");
    await().atMost(Duration.ofSeconds(30)).until(() -> get("/ready").startsWith("200"));
    assertThat(part.started).hasValue(1);
    part.trouble = Optional.of(new Trouble.Waiting("Kafka went away"));
    assertThat(get("/ready")).isEqualTo("503 " + notReady("Kafka went away"));
    command.interrupt();
    command.join();
    assertThat(part.closed).hasValue(1);
  }

  private static String notReady(String why) {
    return "{\"status\":\"not ready\",\"reason\":\"" + why + "\"}";
  }

  @Test
  void whatNoWaitingMendsEndsTheCommandAtOnce() throws Exception {
    part.refusals.add(new Trouble.Dead("the settings are wrong"));
    command.start();
    command.join();
    assertThatThrownBy(status::get)
        .cause()
        .isInstanceOf(CommandException.class)
        .hasMessage("the settings are wrong");
    assertThat(part.closed).hasValue(1);
  }

  @Test
  void aPartThatFailsEndsTheCommandAndSaysWhy() throws Exception {
    command.start();
    await().until(() -> part.started.get() == 1);
    part.end.complete(Optional.of(new IllegalStateException("its poll thread has failed")));
    command.join();
    assertThatThrownBy(status::get)
        .cause()
        .isInstanceOf(CommandException.class)
        .hasMessage("the idle has failed: its poll thread has failed");
    assertThat(part.closed).hasValue(1);
  }

  @Test
  void aPartThatIsDeadIsNotLive() throws Exception {
    part.trouble = Optional.of(new Trouble.Dead("its poll thread is stuck"));
    command.start();
    await().until(() -> get("/live").startsWith("503"));
    command.interrupt();
    command.join();
  }

  private static String run(int expected, String... arguments) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
    Console console = new Console(stream, stream, false);
    assertThat(new CommandRunner(Main.commands(), Map.of(), console).run(arguments))
        .as("%s", said)
        .isEqualTo(expected);
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void wrongSettingsAreFatalWithoutKafkaToo() throws Exception {
    for (String name : List.of("router", "producer", "dispatcher")) {
      List<String> arguments =
          new ArrayList<>(List.of(name, "--http-port", "0", "--bootstrap", "127.0.0.1:1"));
      if (name.equals("dispatcher")) {
        arguments.addAll(List.of("--cic-url", "http://127.0.0.1:1"));
      }
      arguments.addAll(List.of("--kafka", "security.protocol=NONSENSE"));
      assertThat(run(1, arguments.toArray(String[]::new)))
          .contains("parley: Kafka's clients refuse their settings", "security.protocol");
    }
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      for (String name : List.of("router", "producer")) {
        assertThat(run(1, name, "--http-port", port, "--bootstrap", "127.0.0.1:1"))
            .startsWith("parley: cannot listen");
      }
    }
  }
}
