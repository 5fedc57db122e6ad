package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A part of Parley, started as the image of its build starts it. One thread. */
final class ParleyProcess extends Child {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int httpPort;

  /**
   * Starts one.
   *
   * @param httpPort where it is to say how it is
   */
  ParleyProcess(
      String name,
      Build build,
      List<String> javaOptions,
      List<String> arguments,
      int httpPort,
      Path logs)
      throws CommandException {
    super(
        name,
        javaOptions,
        build.classPath(),
        build.deployed().main(),
        withPort(arguments, httpPort),
        logs,
        false);
    this.httpPort = httpPort;
  }

  private static List<String> withPort(List<String> arguments, int httpPort) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--http-port", Integer.toString(httpPort)));
    return all;
  }

  /** Waits until it says that it is ready. */
  void awaitReady() throws CommandException, InterruptedException {
    await(this::isReady);
  }

  private boolean isReady() throws InterruptedException {
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return HTTP.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
