package dev.parley.trials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.device.Conversation;
import dev.parley.cli.device.DeviceEvent;
import dev.parley.cli.device.RouterClient;
import dev.parley.dispatcher.Dispatcher;
import dev.parley.producer.AudioSource;
import dev.parley.producer.Pacing;
import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.TurnRequest;
import dev.parley.router.DirectiveRouter;
import dev.parley.standin.Extra;
import dev.parley.standin.Reply;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import dev.parley.standin.StopCapture;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole way, from a device's voice to what the device gets: every part is real. */
final class PipelineTest {
  private Stage stage;
  private StandIn cic;
  private SpeechPublisher publisher;
  private DirectiveRouter router;

  @BeforeEach
  void open() throws Exception {
    stage = new Stage();
    cic = stage.standIn();
    publisher = stage.publisher();
    router = stage.router();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void aSpokenTurnIsStoppedAnsweredAndHeard() throws Exception {
    stage.dispatcher(cic);
    Conversation.Outcome outcome;
    try (AudioSource voice = recording()) {
      outcome =
          hold(
              "kitchen", TurnRequest.speech("kitchen", "en"), Optional.of(voice), Pacing.REAL_TIME);
    }
    assertThat(outcome.closed().status()).as(outcome.closed().detail()).isEqualTo("ok");
    assertThat(names(outcome))
        .containsExactly(
            "SpeechRecognizer.StopCapture", "Clova.RenderText", "SpeechSynthesizer.Speak");
    assertThat(outcome.spoken().stoppedEarly()).isTrue();
    assertThat(outcome.attachments()).hasSize(1);
    RouterClient.Fetched echo = outcome.attachments().getFirst();
    assertThat(echo.sha256()).isEqualTo(outcome.spoken().sha256OfFirst(echo.length()));
    long stopped = outcome.closed().time("stopCapture").orElseThrow();
    long before =
        outcome.spoken().chunks().stream()
            .filter(ack -> ack.timestampMillis() < stopped)
            .mapToLong(ack -> ack.bytes())
            .sum();
    assertThat(echo.length())
        .as("all that was published before StopCapture")
        .isGreaterThanOrEqualTo(before);
    assertThat(cic.verdicts().failures()).isEmpty();
  }

  @Test
  void aTextTurnIsAnswered() throws Exception {
    stage.dispatcher(cic);
    Conversation.Outcome outcome =
        hold(
            "kitchen",
            TurnRequest.text("kitchen", "what time is it"),
            Optional.empty(),
            Pacing.FAST);
    assertThat(outcome.closed().isOk()).isTrue();
    assertThat(names(outcome)).contains("Clova.RenderText");
  }

  @Test
  void twoDevicesAtOnceEachGetTheirOwn() throws Exception {
    stage.dispatcher(cic);
    try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
      var kitchen = both.submit(() -> speak("kitchen", Sounds.tone(1_200, 300)));
      var hall = both.submit(() -> speak("hall", Sounds.tone(800, 900)));
      for (Conversation.Outcome outcome : List.of(kitchen.get(), hall.get())) {
        assertThat(outcome.closed().isOk()).isTrue();
        assertThat(outcome.attachments()).hasSize(1);
        assertThat(outcome.attachments().getFirst().sha256()).isEqualTo(outcome.spoken().sha256());
      }
    }
  }

  @Test
  void staleDirectivesAreDiscardedWithAReasonAndUnknownOnesDoNoHarm() throws Exception {
    cic.scripts()
        .always(
            Script.DEFAULT.withExtras(
                Extra.STALE_DIALOG, Extra.UNKNOWN_NAMESPACE, Extra.DUPLICATE_MESSAGE));
    stage.dispatcher(cic);
    Conversation.Outcome outcome = speak("kitchen", Sounds.tone(600));
    assertThat(outcome.closed().isOk()).isTrue();
    assertThat(outcome.directives().stream().map(d -> d.directive().header().messageId()))
        .as("each directive once")
        .doesNotHaveDuplicates();
    assertThat(names(outcome)).contains("Clova.RenderText", "SpeechSynthesizer.Speak");
    assertThat(outcome.directives())
        .as("nothing of another dialog")
        .allMatch(d ->
            d.directive()
                .header()
                .dialogRequestId()
                .filter(id -> !id.equals(outcome.spoken().turn().dialog()))
                .isEmpty());
    assertThat(discards("kitchen"))
        .contains("\"duplicate\"")
        .containsAnyOf("\"stale\"", "\"unknown\"");
  }

  @Test
  void anAttachmentMayComeBeforeItsDirective() throws Exception {
    cic.scripts().always(Script.replying(new Reply.Echo(Reply.Attachment.BEFORE_DIRECTIVE)));
    stage.dispatcher(cic);
    Conversation.Outcome outcome = speak("kitchen", Sounds.tone(600));
    assertThat(outcome.closed().isOk()).isTrue();
    assertThat(outcome.attachments()).hasSize(1);
    assertThat(outcome.attachments().getFirst().sha256()).isEqualTo(outcome.spoken().sha256());
  }

  @Test
  void whoeverSpeaksAnewIsNotAnsweredToWhatWasBefore() throws Exception {
    cic.scripts().always(Script.DEFAULT.withStopCapture(StopCapture.NEVER));
    stage.dispatcher(cic);
    CountDownLatch speaking = new CountDownLatch(2);
    CompletableFuture<Conversation.Outcome> first = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (RouterClient client = client("kitchen")) {
            first.complete(
                new Conversation(
                        client,
                        publisher,
                        new Conversation.Observer() {
                          @Override
                          public void published(dev.parley.producer.Ack ack) {
                            speaking.countDown();
                          }
                        })
                    .hold(
                        TurnRequest.speech("kitchen", "en"),
                        Optional.of(source(Sounds.tone(6_000))),
                        Pacing.REAL_TIME,
                        Duration.ofSeconds(30)));
          } catch (Exception e) {
            first.completeExceptionally(e);
          }
        });
    speaking.await();
    var second = publisher.begin(TurnRequest.speech("kitchen", "en"));
    var _ = second.audio(Sounds.tone(200));
    var _ = second.end();
    assertThat(stage.awaitClosed(second.id()).status().toString()).isEqualTo("ok");
    Conversation.Outcome outcome = first.get();
    assertThat(outcome.closed().status()).isEqualTo("superseded");
    assertThat(names(outcome)).doesNotContain("SpeechSynthesizer.Speak");
  }

  @Test
  void anEndpointThatDoesNotAnswerIsToldToTheDeviceInTime() throws Exception {
    cic.scripts().always(Script.replying(Reply.HANG));
    stage.dispatcher(cic.uri(), Stage.HASTY);
    Conversation.Outcome outcome = speak("kitchen", Sounds.tone(400));
    assertThat(outcome.closed().status()).isEqualTo("timed-out");
    assertThat(outcome.directives()).hasSize(1);
    DeviceEvent.Received told = outcome.directives().getFirst();
    assertThat(told.madeByParley()).isTrue();
    assertThat(told.directive().header().fullName()).isEqualTo("System.Exception");
  }

  @Test
  void aRefusalOfCicsReachesTheDeviceAsCicSaidIt() throws Exception {
    cic.scripts().always(Script.replying(Reply.status(400)));
    stage.dispatcher(cic);
    Conversation.Outcome outcome = speak("kitchen", Sounds.tone(400));
    assertThat(outcome.closed().status()).isEqualTo("refused");
    assertThat(outcome.closed().reason()).isEqualTo("cic-400");
    assertThat(names(outcome)).containsExactly("System.Exception");
    assertThat(outcome.directives().getFirst().madeByParley()).isFalse();
  }

  @Test
  void aDispatcherThatGoesAwayInTheMiddleOfASentenceIsNotHeard() throws Exception {
    cic.scripts().always(Script.DEFAULT.withStopCapture(StopCapture.NEVER));
    Dispatcher first = stage.dispatcher(cic);
    stage.dispatcher(cic);
    try (var device = Executors.newVirtualThreadPerTaskExecutor()) {
      var turn =
          device.submit(() ->
              hold(
                  "kitchen",
                  TurnRequest.speech("kitchen", "en"),
                  Optional.of(source(Sounds.tone(3_000))),
                  Pacing.REAL_TIME));
      org.awaitility.Awaitility.await().until(() -> !stage.ledgerOfTurns().isEmpty());
      first.close(Duration.ZERO);
      Conversation.Outcome outcome = turn.get();
      assertThat(outcome.closed().status()).as(outcome.closed().detail()).isEqualTo("ok");
      assertThat(names(outcome)).containsExactly("Clova.RenderText", "SpeechSynthesizer.Speak");
      assertThat(outcome.attachments().getFirst().sha256()).isEqualTo(outcome.spoken().sha256());
    }
  }

  private Conversation.Outcome speak(String device, byte[] pcm) throws Exception {
    return hold(device, TurnRequest.speech(device, "en"), Optional.of(source(pcm)), Pacing.FAST);
  }

  private Conversation.Outcome hold(
      String device, TurnRequest request, Optional<AudioSource> source, Pacing pacing)
      throws Exception {
    try (RouterClient client = client(device)) {
      return new Conversation(client, publisher, new Conversation.Observer() {})
          .hold(request, source, pacing, Duration.ofSeconds(45));
    }
  }

  private RouterClient client(String device) {
    return new RouterClient(
        URI.create("http://127.0.0.1:" + router.port()), device, Optional.empty());
  }

  private String discards(String device) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:"
                              + router.port()
                              + "/v1/devices/"
                              + device
                              + "/discards"))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static AudioSource recording() throws Exception {
    return AudioSource.wav(
        java.util.Objects.requireNonNull(
            dev.parley.demo.Main.class.getResourceAsStream("weather.wav")),
        "the bundled recording");
  }

  private static AudioSource source(byte[] pcm) {
    return AudioSource.raw(new ByteArrayInputStream(pcm), "made up");
  }

  private static List<String> names(Conversation.Outcome outcome) {
    return outcome.directives().stream().map(d -> d.directive().header().fullName()).toList();
  }
}
