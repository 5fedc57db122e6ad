package dev.parley.standin;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is said about the capture while audio comes (C21, C23, C24), and whether it is heeded. On
 * the stream's event loop.
 */
final class Capture {
  private static final long KEEP_RECORDING_AFTER = 5 * 16_000;

  private final TurnStart start;
  private final Script script;
  private final ClientState client;
  private final Answer answer;
  private boolean keptRecording;
  private boolean stopSaid;
  private long stopNanos;
  private long audioNanos;

  Capture(TurnStart start, Script script, ClientState client, Answer answer) {
    this.start = start;
    this.script = script;
    this.client = client;
    this.answer = answer;
  }

  void heard(long samples) {
    audioNanos = System.nanoTime();
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
      case DOWNCHANNEL -> stopForGood(dialog);
      case TWICE -> {
        stopForGood(dialog);
        stop(dialog);
      }
      case OTHER_DIALOG -> stop(Optional.of(Directives.newId()));
      case NO_DIALOG_ID -> stop(Optional.empty());
      case RESPONSE -> stopInResponse();
    }
  }

  private void stopForGood(Optional<String> dialog) {
    stopSaid = true;
    stopNanos = System.nanoTime();
    stop(dialog);
  }

  /**
   * Whether the request was finished when StopCapture had come (C21): after that nothing is
   * recorded, and what was recorded before is under way. Of a request that was aborted only its
   * audio tells. Not judged where StopCapture was in no form that the row names, or the stand-in
   * held the upload back.
   *
   * @param finished whether the client has ended the request, just now
   * @param bytesAfter the audio that came after the sample at which StopCapture was decided on
   */
  void judge(Checks checks, boolean finished, long bytesAfter, Duration within) {
    if (!stopSaid || script.upload() != Upload.READ) {
      return;
    }
    long lastNanos = finished ? System.nanoTime() : audioNanos;
    long millis = TimeUnit.NANOSECONDS.toMillis(lastNanos - stopNanos);
    boolean inTime = millis <= within.toMillis();
    if (finished || !inTime) {
      checks.check(
          Row.C21,
          inTime,
          "ended %d ms after StopCapture, with %d bytes of audio".formatted(millis, bytesAfter),
          "went on for %d ms after StopCapture, with %d bytes of audio; %d ms were enough"
              .formatted(millis, bytesAfter, within.toMillis()));
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
