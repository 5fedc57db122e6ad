package dev.parley.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Console;
import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.Turn;
import dev.parley.producer.TurnRequest;
import dev.parley.protocol.Json;
import dev.parley.protocol.TurnId;
import dev.parley.standin.Reply;
import dev.parley.standin.Script;
import dev.parley.turnlog.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code turn}, as a user runs it, with everything embedded. */
class TurnTest {
  private static EmbeddedPipeline pipeline;
  private static SpeechPublisher publisher;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws Exception {
    pipeline = EmbeddedPipeline.start(EmbeddedPipeline.Ports.FREE, 3, (part, where) -> {});
    publisher =
        SpeechPublisher.connect(
            pipeline.kafka().bootstrap(), Topics.DEFAULT, Map.of(), new SimpleMeterRegistry());
  }

  @AfterAll
  static void stop() {
    publisher.close();
    pipeline.close();
  }

  @BeforeEach
  void behave() {
    pipeline.standIn().scripts().clear();
  }

  private int turn(String... arguments) {
    out.reset();
    err.reset();
    List<String> all = new ArrayList<>(List.of("turn"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--bootstrap", pipeline.kafka().bootstrap()));
    Console console =
        new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false);
    return new CommandRunner(Main.commands(), Map.of(), console).run(all.toArray(String[]::new));
  }

  private String text(String sought) {
    assertThat(turn(sought)).as(err.toString(UTF_8)).isZero();
    return out.toString(UTF_8);
  }

  private List<ObjectNode> json(String sought) throws Exception {
    assertThat(turn(sought, "--json")).as(err.toString(UTF_8)).isZero();
    List<ObjectNode> lines = new ArrayList<>();
    for (String line : out.toString(UTF_8).lines().toList()) {
      lines.add(Json.object(line.getBytes(UTF_8)));
    }
    return lines;
  }

  private static String dialog(TurnId turn) {
    return turn.device() + "/" + turn.dialog();
  }

  /** Waits until the story says so. */
  private void awaitStatus(TurnId turn, String status) {
    await("the turn " + turn + " to be " + status)
        .until(() -> json(turn.toString()).getLast().path("status").asString(""), status::equals);
  }

  private static TurnId speak(TurnRequest request) throws Exception {
    try (Turn turn = publisher.begin(request)) {
      for (int i = 0; i < 3; i++) {
        var _ = turn.audio(new byte[6_400]);
      }
      var _ = turn.end();
      return turn.id();
    }
  }

  @Test
  void aTurnThatWentWellIsToldInOrderAndEndsInOneSentence() throws Exception {
    TurnId turn = speak(TurnRequest.speech("ok-1", "en"));
    awaitStatus(turn, "ok");
    assertThat(json(dialog(turn)).stream().map(line -> line.path("kind").asString()))
        .containsSubsequence("speech-begin", "audio-first", "audio-last", "speech-end", "turn-sent")
        .containsSubsequence(
            "owner", "turn-begun", "turn-sent", "directive", "turn-closed", "outcome");
    assertThat(text(dialog(turn)).lines()).first().isEqualTo("turn " + turn.message());
    assertThat(text(dialog(turn)).lines().toList().getLast())
        .startsWith("It was answered: 2 directives and 1 attachment, closed ok after ");
    assertThat(out.toString(UTF_8))
        .contains(
            "begins SpeechRecognizer.Recognize",
            "last audio: 3 chunks, 0.6 s",
            "Clova.RenderText, response",
            "attachment whole, 19,200 bytes",
            "closes: ok (answered)");
  }

  @Test
  void whatWasAnsweredIsNotTold() throws Exception {
    TurnId turn = speak(TurnRequest.speech("private-1", "en"));
    awaitStatus(turn, "ok");
    assertThat(text(dialog(turn))).doesNotContain("heard 0.6 s");
    assertThat(json(dialog(turn)).toString()).doesNotContain("heard 0.6 s");
  }

  @Test
  void aTurnThatWasTakenBackIsToldAsCancelled() throws Exception {
    Turn turn = publisher.begin(TurnRequest.speech("cancel-1", "en"));
    var _ = turn.audio(new byte[6_400]);
    turn.cancel();
    awaitStatus(turn.id(), "cancelled");
    assertThat(text(dialog(turn.id())))
        .contains("device     takes the turn back")
        .contains("It ended cancelled (cancelled) after ");
  }

  @Test
  void aTurnThatWasTriedAgainIsToldWithBothAttempts() throws Exception {
    pipeline.standIn().scripts().next(Script.replying(Reply.status(500)));
    TurnId turn = speak(TurnRequest.speech("retry-1", "en"));
    awaitStatus(turn, "ok");
    assertThat(text(dialog(turn)))
        .containsPattern("begins attempt \\d+\\.1\n")
        .containsPattern("begins attempt \\d+\\.2\n")
        .containsPattern("Clova\\.RenderText, response \\(attempt \\d+\\.2\\)\n")
        .contains("2 attempts");
  }

  @Test
  void theTurnsOfADialogAreToldEachInItsOrder() throws Exception {
    TurnRequest request = TurnRequest.speech("two-1", "en");
    TurnId first = speak(request);
    awaitStatus(first, "ok");
    TurnId second = speak(TurnRequest.speech("two-1", "en").withDialog(request.turn().dialog()));
    awaitStatus(second, "ok");
    assertThat(text(dialog(first)).lines().filter(line -> line.startsWith("turn ")))
        .containsExactly("turn " + first.message(), "turn " + second.message());
    assertThat(text(dialog(first)).lines().filter(line -> line.startsWith("It was answered")))
        .hasSize(2);
    assertThat(text(second.toString()).lines().filter(line -> line.startsWith("turn ")))
        .containsExactly("turn " + second.message());
  }

  @Test
  void aBareIdOfADialogOrAMessageIsLookedForEverywhere() throws Exception {
    TurnId turn = speak(TurnRequest.speech("bare-1", "en"));
    awaitStatus(turn, "ok");
    String told = text(dialog(turn));
    assertThat(text(turn.dialog())).isEqualTo(told);
    assertThat(text(turn.message())).isEqualTo(told);
  }

  @Test
  void anUnknownIdIsSaidWithWhereItWasLookedForAndWhatMayHaveBeenMeant() throws Exception {
    TurnId turn = speak(TurnRequest.speech("lost-1", "en"));
    awaitStatus(turn, "ok");
    assertThat(turn("lost-1/no-such-dialog")).isEqualTo(1);
    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8))
        .hasLineCount(1)
        .startsWith("parley: there is no turn lost-1/no-such-dialog in parley.speech-")
        .contains(" and parley.ledger-", "Retention may have taken it", turn.toString());
    assertThat(turn("no-such-id")).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .startsWith("parley: there is no turn no-such-id in any of the 3 partitions.");
    assertThat(turn("lost-1/" + turn.dialog(), "--since", "0s")).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("--since leaves out what is older");
  }

  @Test
  void aWrongIdIsSaidInOneLineAndMisuse() {
    assertThat(turn("kitchen/what is this")).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .hasLineCount(1)
        .startsWith("parley: \"kitchen/what is this\" names no turn: the dialog's id has \" \"");
    assertThat(turn()).isEqualTo(2);
    assertThat(err.toString(UTF_8)).startsWith("parley: say which turn: DEVICE/DIALOG");
  }
}
