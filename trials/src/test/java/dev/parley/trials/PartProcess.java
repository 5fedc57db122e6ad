package dev.parley.trials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A part in a process of its own, as it is deployed: asked by HTTP, heard by its log. */
final class PartProcess implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final Duration ANSWER = Duration.ofSeconds(20);

  private final String name;
  private final int port;
  private final Process process;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  private PartProcess(String name, int port, Process process) {
    this.name = name;
    this.port = port;
    this.process = process;
    this.reader = Thread.ofVirtual().name("log-of-" + name).start(this::read);
  }

  /**
   * Starts one.
   *
   * @param name of the command
   * @param port where it is to serve its health
   * @param hosts the names that it can resolve, as in {@code /etc/hosts}; may change as it runs
   */
  static PartProcess start(String name, int port, Path hosts, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(List.of("-Djdk.net.hosts.file=" + hosts, "-Dsun.net.inetaddr.negative.ttl=0"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.parley.cli.Main"));
    command.addAll(List.of(name, "--http-port", Integer.toString(port)));
    command.addAll(List.of(arguments));
    return new PartProcess(
        name, port, new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      synchronized (lines) {
        lines.add("(its log broke off: " + e.getMessage() + ")");
      }
    }
  }

  /** What it has said that contains this. */
  List<String> lines(String text) {
    synchronized (lines) {
      return lines.stream().filter(line -> line.contains(text)).toList();
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return client.send(
        HttpRequest.newBuilder(uri).timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Waits until it is not ready for a reason that contains this; asserts that it is live. */
  void awaitWaiting(String why) throws Exception {
    await("not ready: " + why, 503, "reason", why);
    assertThat(get("/live").statusCode()).as("%s is live", name).isEqualTo(200);
  }

  void awaitReady() {
    await("ready", 200, "status", "ready");
  }

  private void await(String what, int status, String field, String text) {
    String[] last = {"no answer"};
    Awaitility.await(name + ": " + what)
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(200))
        .conditionEvaluationListener(condition -> {
          if (condition.getRemainingTimeInMS() <= 0) {
            throw new AssertionError(
                name + " is not \"" + what + "\" but " + last[0] + "; it said " + lines(""));
          }
        })
        .until(() -> {
          assertThat(process.isAlive()).as("%s lives; it said %s", name, lines("")).isTrue();
          try {
            HttpResponse<String> ready = get("/ready");
            last[0] = ready.statusCode() + " " + ready.body();
            return ready.statusCode() == status
                && Json.text(Json.object(ready.body().getBytes(StandardCharsets.UTF_8)), field, "")
                    .contains(text);
          } catch (IOException e) {
            last[0] = e.toString();
            return false;
          }
        });
  }

  /** Waits until it has said so many lines that contain this. */
  void awaitLines(int count, String text) {
    Awaitility.await(name + " says \"" + text + "\"")
        .atMost(LONG)
        .until(() -> lines(text).size() >= count);
  }

  /** SIGTERM; its exit status. */
  int terminate() throws InterruptedException {
    // Not by the process itself, which would close the log too.
    assertThat(process.toHandle().destroy()).isTrue();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", name).isTrue();
    reader.join();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    client.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
