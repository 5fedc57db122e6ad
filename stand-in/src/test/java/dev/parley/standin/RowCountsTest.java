package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowCountsTest {
  private static final String TOKEN = "a-token";
  private static final StandInConfig CLEARTEXT =
      StandInConfig.DEFAULT.withTransport(new Transport.Cleartext());

  private static void turn(TestClient client, byte[] audio) {
    client.exchange(
        TestClient.post(TOKEN), EventBytes.speechTurn(EventBytes.id(), EventBytes.id(), audio));
  }

  @Test
  void countsNeverForget() {
    try (Verdicts verdicts = new Verdicts(Optional.empty())) {
      Verdict broken = new Verdict(Instant.EPOCH, 1, "", "", "", Row.C16, false, "");
      verdicts.add(List.of(broken));
      verdicts.add(
          Collections.nCopies(
              Verdicts.KEPT, new Verdict(Instant.EPOCH, 2, "", "", "", Row.C16, true, "")));
      assertThat(verdicts.all()).as("the log is bounded").doesNotContain(broken);
      assertThat(verdicts.failures()).as("what was broken stays").containsExactly(broken);
      Verdict brokenToo = new Verdict(Instant.EPOCH, 3, "", "", "", Row.C16, false, "");
      verdicts.add(Collections.nCopies(Verdicts.KEPT, brokenToo));
      assertThat(verdicts.failures())
          .as("while there is room")
          .hasSize(Verdicts.KEPT)
          .containsOnly(brokenToo);
      assertThat(verdicts.counts().broken(Row.C16)).isEqualTo(Verdicts.KEPT + 1L);
      assertThat(verdicts.counts().judged(Row.C16)).isEqualTo(2L * Verdicts.KEPT + 1);
    }
  }

  @Test
  void rowsThatWereNeverJudgedAreThereWithZeros() {
    try (StandIn standIn = StandIn.start(CLEARTEXT)) {
      assertThat(standIn.rows().neverJudged()).containsExactly(Row.values());
      try (TestClient client = new TestClient(standIn.port())) {
        client.downchannel(TOKEN);
        turn(client, new byte[101]);
        RowCounts rows = standIn.rows();
        assertThat(rows.neverJudged()).contains(Row.C17, Row.C26).doesNotContain(Row.C16);
        assertThat(rows.brokenRows()).containsExactly(Row.C16);
        assertThat(rows.json())
            .contains("\"C16\":{\"judged\":1,\"broken\":1}")
            .contains("\"C17\":{\"judged\":0,\"broken\":0}");
      }
    }
  }

  @Test
  void snapshotsOfOneLifeAfterAnotherAddUp() {
    RowCounts all = RowCounts.NONE;
    for (int life = 0; life < 2; life++) {
      StandIn standIn = StandIn.start(CLEARTEXT);
      try (TestClient client = new TestClient(standIn.port())) {
        client.downchannel(TOKEN);
        turn(client, new byte[101]);
        // One that the end of this life cuts off: its verdicts come with it.
        TestClient.Stream open = client.request(TestClient.post(TOKEN), false);
        String json = EventBytes.metadata("TextRecognizer", EventBytes.id(), EventBytes.id(), "{}");
        open.send(new EventBytes().metadata(json).audio(new byte[2]).sofar(), false);
        int acks = client.pingAcks();
        client.ping();
        TestClient.await("all to have come", () -> client.pingAcks() > acks);
        standIn.close();
      }
      all = all.plus(standIn.rows());
    }
    assertThat(all.judged(Row.C16)).isEqualTo(2);
    assertThat(all.broken(Row.C16)).isEqualTo(2);
    assertThat(all.broken(Row.C26)).isEqualTo(2);
    assertThat(all.neverJudged()).contains(Row.C17);
  }

  @Test
  void countsAreToldOnRequestAndAsTheLastLineOfTheVerdictsFile(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("verdicts.jsonl");
    String last;
    try (StandIn standIn = StandIn.start(CLEARTEXT.withVerdictsFile(file));
        TestClient client = new TestClient(standIn.port())) {
      client.downchannel(TOKEN);
      turn(client, new byte[101]);
      TestClient.Stream told =
          client.request(TestClient.get("/stand-in/rows", TOKEN), true).awaitEnd();
      assertThat(told.status()).isEqualTo(200);
      assertThat(told.text())
          .isEqualTo(standIn.rows().json())
          .contains("\"C16\":{\"judged\":1,\"broken\":1}");
      last = "{\"rows\":" + standIn.rows().json() + "}";
    }
    assertThat(Files.readAllLines(file).getLast()).isEqualTo(last);
  }

  @Test
  void theReadmeSaysOfEveryRowHowItIsJudgedOrWhyNot() throws IOException {
    Pattern line = Pattern.compile("(?m)^\\| (C[0-9]+) \\| (judged|shown|not) \\| (.+) \\|$");
    List<MatchResult> table =
        line.matcher(Files.readString(Path.of("README.md"), StandardCharsets.UTF_8))
            .results()
            .toList();
    assertThat(table)
        .extracting(row -> row.group(1))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 52).mapToObj(i -> "C" + i).toList());
    assertThat(table)
        .filteredOn(row -> row.group(2).equals("judged"))
        .extracting(row -> row.group(1))
        .containsExactlyElementsOf(Arrays.stream(Row.values()).map(Row::name).toList());
  }
}
