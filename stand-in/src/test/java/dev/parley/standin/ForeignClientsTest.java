package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Needed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * HTTP/2 made by other hands: clients on node's http2 and on hyper's h2 each break one row on
 * purpose, and the verdict names that row and no other. Skipped where they are not installed.
 */
final class ForeignClientsTest {
  private static final String TOKEN = "a-token";
  private static final Path SCRIPTS = Path.of("src/test/foreign");

  /** StopCapture comes after the second chunk, and the request has 300 ms to end after it. */
  private static final StandInConfig CONFIG =
      StandInConfig.DEFAULT
          .withTransport(new Transport.Cleartext())
          .withJudging(
              Judging.DEFAULT
                  .withOpenWindow(Duration.ofMinutes(1))
                  .withStopWithin(Duration.ofMillis(300)))
          .withScript(Script.DEFAULT.withStopCapture(StopCapture.after(Duration.ofMillis(400))));

  /** What is broken, how it is answered, and the row. */
  enum Breach {
    NONE(200, Optional.empty()),
    BEFORE_HELLO(200, Row.C3),
    SECOND_DOWNCHANNEL(429, Row.C4),
    FOREIGN_CONNECTION(412, Row.C5),
    MISSING_BOUNDARY(400, Row.C13),
    ODD_AUDIO(200, Row.C16),
    AFTER_STOP_CAPTURE(200, Row.C21);

    private final int status;
    private final Optional<Row> row;

    Breach(int status, Row row) {
      this(status, Optional.of(row));
    }

    Breach(int status, Optional<Row> row) {
      this.status = status;
      this.row = row;
    }

    String argument() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @ParameterizedTest
  @EnumSource
  void nodesHttp2(Breach breach) throws Exception {
    if (!Foreign.works("node", "--version")) {
      throw Needed.NODE.missing("there is no Node.js here");
    }
    verdictNamesTheRow(breach, List.of("node", SCRIPTS.resolve("client.mjs").toString()));
  }

  @ParameterizedTest
  @EnumSource
  void pythonsH2(Breach breach) throws Exception {
    String python = Foreign.python();
    if (!Foreign.works(python, "-c", "import h2")) {
      throw Needed.PYTHON.missing("there is no python3-h2 here");
    }
    verdictNamesTheRow(breach, List.of(python, SCRIPTS.resolve("client.py").toString()));
  }

  private static void verdictNamesTheRow(Breach breach, List<String> client) throws Exception {
    try (StandIn standIn = StandIn.start(CONFIG)) {
      Foreign.Ended ended =
          Foreign.run(client, String.valueOf(standIn.port()), breach.argument(), TOKEN);
      assertThat(ended).isEqualTo(new Foreign.Ended(0, breach.status + "\n"));
      // The verdict of an upload comes with its end, which may be later than its answer.
      TestClient.await(
          "the client's connections to end", () -> !standIn.hasDownchannel(ClientId.of(TOKEN)));
      assertThat(standIn.rows().brokenRows())
          .as(() -> standIn.verdicts().failures().toString())
          .isEqualTo(breach.row.stream().toList());
    }
  }
}
