package dev.parley.standin;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What is said about the capture while audio comes (C21, C23, C24). On the stream's event loop. */
final class Capture {
  private static final long KEEP_RECORDING_AFTER = 5 * 16_000;

  private final TurnStart start;
  private final Script script;
  private final ClientState client;
  private final Answer answer;
  private boolean keptRecording;

  Capture(TurnStart start, Script script, ClientState client, Answer answer) {
    this.start = start;
    this.script = script;
    this.client = client;
    this.answer = answer;
  }

  void heard(long samples) {
    if (!keptRecording
        && samples >= KEEP_RECORDING_AFTER
        && script.extras().contains(Extra.KEEP_RECORDING)) {
      keptRecording = true;
      push(
          "SpeechRecognizer.KeepRecording",
          Optional.of(start.dialogRequestId()),
          Directives.payload());
    }
  }

  void stop() {
    Optional<String> dialog = Optional.of(start.dialogRequestId());
    if (script.extras().contains(Extra.SHOW_RECOGNIZED_TEXT)) {
      push(
          "SpeechRecognizer.ShowRecognizedText",
          dialog,
          Directives.payload().put("text", "what was said"));
    }
    if (client.downchannel().isEmpty()) {
      // Lenient: without a downchannel the response is the only way (C21 lets a client take it from
      // there).
      stopInResponse();
      return;
    }
    switch (script.stopCapture().form()) {
      case DOWNCHANNEL -> stop(dialog);
      case TWICE -> {
        stop(dialog);
        stop(dialog);
      }
      case OTHER_DIALOG -> stop(Optional.of(Directives.newId()));
      case NO_DIALOG_ID -> stop(Optional.empty());
      case RESPONSE -> stopInResponse();
    }
  }

  private void stop(Optional<String> dialog) {
    push("SpeechRecognizer.StopCapture", dialog, Directives.payload());
  }

  private void stopInResponse() {
    if (script.reply() instanceof Reply.Echo) {
      answer.say("SpeechRecognizer.StopCapture", Directives.payload());
    }
  }

  private void push(String directive, Optional<String> dialog, ObjectNode payload) {
    client
        .downchannel()
        .ifPresent(
            channel -> channel.send(new Part.Directive(Directives.of(directive, dialog, payload))));
  }
}
