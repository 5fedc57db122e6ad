package dev.parley.standin;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is said about the capture while audio comes (C21, C23, C24), and whether it is heeded. On
 * the stream's event loop.
 */
final class Capture {
  private static final String STOP_CAPTURE = "SpeechRecognizer.StopCapture";
  private static final long KEEP_RECORDING_AFTER = 5 * 16_000;

  private final TurnStart start;
  private final Script script;
  private final ClientState client;
  private final Answer answer;
  private boolean keptRecording;
  private long audioNanos;
  private OptionalLong stopNanos = OptionalLong.empty();

  /**
   * When StopCapture had reached the client; written on the loop of the downchannel's connection.
   */
  private volatile OptionalLong reachedNanos = OptionalLong.empty();

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
      case DOWNCHANNEL -> stopAndJudge();
      case TWICE -> {
        stopAndJudge();
        stop(dialog);
      }
      case OTHER_DIALOG -> stop(Optional.of(Directives.newId()));
      case NO_DIALOG_ID -> stop(Optional.empty());
      case RESPONSE -> stopInResponse();
    }
  }

  private void stopAndJudge() {
    stopNanos = OptionalLong.of(System.nanoTime());
    String directive =
        Directives.of(STOP_CAPTURE, Optional.of(start.dialogRequestId()), Directives.payload());
    client.tell(channel ->
        channel.send(
            new Part.Directive(directive),
            () -> reachedNanos = OptionalLong.of(System.nanoTime())));
  }

  /**
   * Whether the request was finished when StopCapture had reached the client (C21): after that
   * nothing is recorded, and what was recorded before is under way. Of a request that was aborted
   * only its audio tells. Not judged where StopCapture had no form that the row names, did not
   * reach the client, or the stand-in held the upload back.
   *
   * @param finished whether the client has ended the request, just now
   * @param bytesAfter the audio that came after the sample at which StopCapture was decided on
   */
  void judge(Checks checks, boolean finished, long bytesAfter, Duration within) {
    if (stopNanos.isEmpty() || script.upload() != Upload.READ) {
      return;
    }
    OptionalLong reached = reachedNanos;
    long from = reached.isPresent() ? reached.getAsLong() : stopNanos.getAsLong();
    long millis = TimeUnit.NANOSECONDS.toMillis((finished ? System.nanoTime() : audioNanos) - from);
    boolean inTime = millis <= within.toMillis();
    if (inTime ? finished : reached.isPresent()) {
      checks.check(
          Row.C21,
          inTime,
          "ended %d ms after StopCapture, with %d bytes of audio".formatted(millis, bytesAfter),
          "went on for %d ms after StopCapture, with %d bytes of audio; %d ms were enough"
              .formatted(millis, bytesAfter, within.toMillis()));
    }
  }

  private void stop(Optional<String> dialog) {
    push(STOP_CAPTURE, dialog, Directives.payload());
  }

  private void stopInResponse() {
    if (script.reply() instanceof Reply.Echo) {
      answer.say(STOP_CAPTURE, Directives.payload());
    }
  }

  private void push(String directive, Optional<String> dialog, ObjectNode payload) {
    client.tell(
        channel -> channel.send(new Part.Directive(Directives.of(directive, dialog, payload))));
  }
}
