package dev.parley.cli.speak;

import dev.parley.cli.device.Conversation;
import dev.parley.cli.device.DeviceEvent;
import dev.parley.cli.device.RouterClient;
import dev.parley.cli.speak.Timeline.Tone;
import dev.parley.producer.Ack;
import dev.parley.producer.AudioSource;
import dev.parley.producer.Spoken;
import dev.parley.protocol.Json;
import dev.parley.protocol.message.Directive;

/** Tells a turn to people, line by line as it happens. */
public final class Narration implements Conversation.Observer {
  /** A line for every so many chunks: one a second. */
  private static final int CHUNKS_A_LINE = 5;

  private final Timeline timeline;
  private int chunks;
  private long bytes;

  public Narration(Timeline timeline) {
    this.timeline = timeline;
  }

  @Override
  public void listening() {
    timeline.line(Tone.FAINT, "device      listens to the router");
  }

  @Override
  public void published(Ack ack) {
    chunks++;
    bytes += ack.bytes();
    if (chunks == 1 || chunks % CHUNKS_A_LINE == 0) {
      timeline.line(
          Tone.VOICE,
          "device      speaks: chunk %d is in Kafka, %.1f s of audio so far"
              .formatted(chunks, seconds(bytes)));
    }
  }

  @Override
  public void spoken(Spoken spoken) {
    if (spoken.chunks().isEmpty()) {
      timeline.line(Tone.VOICE, "device      has sent its text");
      return;
    }
    timeline.line(
        Tone.VOICE,
        "device      %s after %d chunks, %.1f s of audio"
            .formatted(
                spoken.stoppedEarly() ? "stops, as it was told," : "has finished",
                spoken.chunks().size(),
                seconds(spoken.bytes())));
  }

  @Override
  public void directive(DeviceEvent.Received received) {
    Directive directive = received.directive();
    timeline.line(
        directive instanceof Directive.SystemException ? Tone.BAD : Tone.CIC,
        "%-10s  %s%s"
            .formatted(
                received.madeByParley() ? "Parley" : "CIC",
                directive.header().fullName(),
                said(directive)));
  }

  private static String said(Directive directive) {
    return switch (directive) {
      case Directive.StopCapture stop -> stop.recognizedText().map(Narration::quoted).orElse("");
      case Directive.SystemException e -> " " + e.code() + quoted(e.description());
      case Directive.RenderText render -> text(render);
      case Directive.ShowRecognizedText shown -> text(shown);
      case Directive.Speak speak ->
          speak.contentIds().isEmpty() ? "" : ", with sound: cid:" + speak.contentIds().getFirst();
      case Directive.Hello h -> "";
      case Directive.KeepRecording k -> "";
      case Directive.ExpectSpeech e -> "";
      case Directive.Other o -> "";
    };
  }

  private static String text(Directive directive) {
    String text = Json.text(directive.payload(), "text", "");
    return text.isEmpty() ? "" : quoted(text);
  }

  /** A word of somebody else's, without what a terminal would take for a command. */
  private static String quoted(String text) {
    return ": \"" + text.replaceAll("\\p{Cntrl}", " ") + "\"";
  }

  @Override
  public void attachment(RouterClient.Fetched attachment) {
    timeline.line(
        Tone.CIC,
        "device      has the sound %s: %,d bytes, SHA-256 %s..."
            .formatted(
                attachment.contentId(), attachment.length(), attachment.sha256().substring(0, 12)));
  }

  @Override
  public void closed(DeviceEvent.TurnClosed closed, Spoken spoken) {
    timeline.line(
        closed.isOk() ? Tone.GOOD : Tone.BAD,
        "turn closed: %s (%s)%s"
            .formatted(
                closed.status(), closed.reason(), closed.isOk() ? "" : ": " + closed.detail()));
  }

  private static double seconds(long bytes) {
    return bytes / (double) AudioSource.BYTES_PER_SECOND;
  }
}
