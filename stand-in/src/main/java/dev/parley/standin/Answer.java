package dev.parley.standin;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The answer to one event, as its script wants it. On the stream's event loop. */
final class Answer {
  private static final int TONE_SAMPLES = 4_800;

  private final TurnStart start;
  private final Script script;
  private final ClientState client;
  private final ResponseWriter writer;
  private final MultipartBody body = new MultipartBody();
  private boolean begun;
  private boolean finished;

  Answer(TurnStart start, Script script, ClientState client, ResponseWriter writer) {
    this.start = start;
    this.script = script;
    this.client = client;
    this.writer = writer;
    writer.misbehave(script.cut(), script.frameBytes());
  }

  /** The status it has or will have; 0 for none. */
  int status() {
    if (writer.status() != 0) {
      return writer.status();
    }
    return switch (script.reply()) {
      case Reply.Echo _ -> 200;
      case Reply.NoContent _ -> 204;
      case Reply.Failure(int status, _) -> status;
      case Reply.Hang _ -> 0;
    };
  }

  /** What is said while the upload still goes on. */
  void early() {
    switch (script.reply()) {
      case Reply.Echo _ -> {
        writer.pause(script.delay());
        say("Clova.RenderText", Directives.payload().put("text", "listening"));
      }
      case Reply.Failure _, Reply.NoContent _ -> complete(List.of(), "");
      case Reply.Hang _ -> {}
    }
  }

  /** A directive in the response, which begins now if it has not. */
  void say(String directive, ObjectNode payload) {
    part(
        new Part.Directive(
            Directives.of(directive, Optional.of(start.dialogRequestId()), payload)));
  }

  /**
   * What is said after the upload; nothing if all has been said.
   *
   * @param audio the attachment of Speak
   * @param text what RenderText shows
   */
  void complete(List<byte[]> audio, String text) {
    if (finished) {
      return;
    }
    finished = true;
    if (!begun) {
      writer.pause(script.delay());
    }
    switch (script.reply()) {
      case Reply.Hang _ -> {}
      case Reply.NoContent _ -> {
        if (begun) {
          last();
        } else {
          writer.head(204, Optional.empty(), true);
        }
      }
      case Reply.Failure(int status, Reply.Shape shape) -> {
        if (begun) {
          last();
        } else {
          Failures.write(writer, status, "as the script says", shape);
        }
      }
      case Reply.Echo(Reply.Attachment attachment) -> echo(audio, text, attachment);
    }
  }

  private void echo(List<byte[]> audio, String text, Reply.Attachment attachment) {
    Optional<String> dialog = Optional.of(start.dialogRequestId());
    String renderText =
        Directives.of(
            "Clova.RenderText", dialog, Directives.newId(), Directives.payload().put("text", text));
    part(new Part.Directive(renderText));
    if (script.extras().contains(Extra.DUPLICATE_MESSAGE)) {
      client.tell(channel -> channel.send(new Part.Directive(renderText)));
    }
    String contentId = Directives.newId();
    Part sound = new Part.Attachment(contentId, audio);
    ObjectNode speak =
        Directives.payload()
            .put("format", "AUDIO_L16_RATE_16000_CHANNELS_1")
            .put("token", Directives.newId())
            .put("url", "cid:" + contentId);
    if (attachment == Reply.Attachment.BEFORE_DIRECTIVE) {
      part(sound);
    }
    say("SpeechSynthesizer.Speak", speak);
    switch (attachment) {
      case AFTER_DIRECTIVE -> part(sound);
      case ON_DOWNCHANNEL -> client.tell(channel -> channel.send(sound));
      case BEFORE_DIRECTIVE, MISSING -> {}
    }
    extras();
    last();
  }

  private void extras() {
    for (Extra extra : Extra.values()) {
      if (!script.extras().contains(extra)) {
        continue;
      }
      switch (extra) {
        case UNKNOWN_NAMESPACE -> say("Nonexistent.DoSomething", Directives.payload());
        case STALE_DIALOG -> foreign(Optional.of(Directives.newId()));
        case NO_DIALOG_ID -> foreign(Optional.empty());
        case EXPECT_SPEECH -> {
          String id = Directives.newId();
          client.expect(start.dialogRequestId(), id);
          say(
              "SpeechRecognizer.ExpectSpeech",
              Directives.payload()
                  .put("expectSpeechId", id)
                  .put("explicit", true)
                  .put("timeoutInMilliseconds", 5_000));
        }
        case DUPLICATE_MESSAGE, KEEP_RECORDING, SHOW_RECOGNIZED_TEXT -> {}
      }
    }
  }

  private void foreign(Optional<String> dialog) {
    ObjectNode payload =
        Directives.payload().put("text", dialog.isPresent() ? "of another dialog" : "of no dialog");
    part(new Part.Directive(Directives.of("Clova.RenderText", dialog, payload)));
  }

  private void part(Part part) {
    if (!begun) {
      begun = true;
      writer.head(200, Optional.of(body.contentType()), false);
      writer.body(List.of(body.first()));
    }
    writer.body(body.part(part));
  }

  private void last() {
    if (!(script.cut() instanceof Cut.NoFinalBoundary)) {
      writer.body(List.of(body.last()));
    }
    writer.end();
  }

  /** What RenderText says of so much audio. */
  static String heard(long samples) {
    return String.format(Locale.ROOT, "heard %.1f s of audio", samples / 16_000.0);
  }

  /** A short tone of 440 Hz, as the voice of the answer to a text. */
  static List<byte[]> tone() {
    byte[] pcm = new byte[2 * TONE_SAMPLES];
    for (int i = 0; i < TONE_SAMPLES; i++) {
      short sample = (short) (8_000 * Math.sin(2 * Math.PI * 440 * i / 16_000));
      pcm[2 * i] = (byte) sample;
      pcm[2 * i + 1] = (byte) (sample >> 8);
    }
    return List.of(pcm);
  }
}
