package dev.parley.cli.story;

import dev.parley.protocol.record.UploadEnd;
import dev.parley.turnlog.story.Story;
import dev.parley.turnlog.story.StoryEntry;
import dev.parley.turnlog.story.Told;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A story for people: a line an entry, each with the time and the milliseconds since the first. */
public final class StoryText {
  private static final int BYTES_PER_SECOND = 32_000; // 16 kHz, 16 bit, mono.

  /** Where what happened begins in a line. */
  private static final int INDENT = 34;

  private final ZoneId zone;
  private final int width;

  /**
   * Words.
   *
   * @param zone of the times
   * @param width lines are broken between words at so many characters; 0 for never
   */
  public StoryText(ZoneId zone, int width) {
    this.zone = zone;
    this.width = width;
  }

  /**
   * The lines of a story.
   *
   * @param nowMillis epoch milliseconds, to say how long an open turn has been open
   */
  public List<String> lines(Story story, long nowMillis) {
    List<String> lines = new ArrayList<>();
    lines.add("turn " + story.turn().message());
    lines.addAll(
        broken(
            "of dialog %s, device %s, partition %d, %s"
                .formatted(
                    story.turn().dialog(),
                    story.turn().device(),
                    story.partition(),
                    at(story.firstMillis(), "yyyy-MM-dd, 'times in' xxx")),
            0));
    lines.add("%-12s %8s".formatted("time", "+ms"));
    for (StoryEntry entry : story.entries()) {
      lines.addAll(
          broken(
              "%s %8s  %-10s %s"
                  .formatted(
                      at(entry.millis(), "HH:mm:ss.SSS"),
                      since(entry.millis() - story.firstMillis()),
                      who(entry.told()),
                      what(story, entry)),
              INDENT));
    }
    if (story.leftOut() > 0) {
      lines.add("and " + story.leftOut() + " records more, which are left out here");
    }
    lines.addAll(broken(story.sentence(nowMillis), 0));
    return lines;
  }

  /** A record that bears the turn's ids and could be laid to no turn. */
  public List<String> unreadable(StoryEntry entry) {
    return broken(at(entry.millis(), "HH:mm:ss.SSS") + " " + what(entry), 13);
  }

  private String at(long millis, String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
        .format(Instant.ofEpochMilli(millis).atZone(zone));
  }

  private static String since(long millis) {
    return millis < 0 ? "before" : millis == 0 ? "0" : "+" + millis;
  }

  private static String who(Told told) {
    return switch (told) {
      case Told.SpeechBegun _,
          Told.FirstChunk _,
          Told.Resumed _,
          Told.LastChunk _,
          Told.SpeechEnded _,
          Told.TakenBack _ ->
          "device";
      case Told.DirectiveReceived _, Told.AttachmentBegun _, Told.AttachmentEnded _ -> "CIC";
      case Told.Claimed c -> "owner " + c.owner();
      case Told.Released r -> "owner " + r.owner();
      case Told.AttemptBegun a -> "owner " + a.attempt().owner();
      case Told.Sent s -> "owner " + s.attempt().owner();
      case Told.Left l -> "owner " + l.attempt().owner();
      case Told.Closed c -> "owner " + c.attempt().owner();
      case Told.Unreadable _ -> "?";
    };
  }

  private static String what(Story story, StoryEntry entry) {
    String suffix =
        story.attempts() > 1
                && who(entry.told()).equals("CIC")
                && entry.told() instanceof Told.OfAttempt of
            ? " (attempt " + of.attempt() + ")"
            : "";
    String what =
        entry.told() instanceof Told.Released released
            ? released(released.finishing().contains(story.turn()))
            : what(entry);
    return what + suffix + (entry.counts() ? "" : "; void: " + why(entry.told()));
  }

  private static String released(boolean mayFinish) {
    return "lets the partition go; this turn it " + (mayFinish ? "may finish" : "gives up");
  }

  private static String why(Told told) {
    return switch (who(told)) {
      case "device" -> "not of this turn's source";
      case "CIC" -> "written when another owned the partition";
      default ->
          told instanceof Told.Claimed
              ? "the number was taken"
              : "another owns the partition by now";
    };
  }

  private static String what(StoryEntry entry) {
    return switch (entry.told()) {
      case Told.SpeechBegun b ->
          "begins " + b.event().map(StoryText::clean).orElse("with unreadable metadata");
      case Told.FirstChunk _ -> "first audio";
      case Told.Resumed r -> "audio again after %,d ms without".formatted(r.afterMillis());
      case Told.LastChunk l -> lastChunk(l);
      case Told.SpeechEnded _ -> "ends";
      case Told.TakenBack _ -> "takes the turn back";
      case Told.Claimed c -> "claims the partition (" + shortened(c.dispatcher()) + ")";
      case Told.Released _ -> released(false);
      case Told.AttemptBegun a -> "begins attempt " + a.attempt();
      case Told.Left l -> "leaves attempt " + l.attempt() + " to the owner";
      case Told.Sent s ->
          "has sent all"
              + (s.chunks() == 0 ? "" : ": " + audio(s.chunks(), s.bytes()))
              + (s.endedBy() == UploadEnd.STOP_CAPTURE ? ", told to stop" : "");
      case Told.DirectiveReceived d ->
          (d.name().isEmpty() ? "a directive that can't be read" : clean(d.name()))
              + ", "
              + d.channel();
      case Told.AttachmentBegun a -> "attachment begins, " + clean(a.contentType());
      case Told.AttachmentEnded a ->
          "attachment %s, %,d bytes".formatted(a.whole() ? "whole" : "broken off", a.length());
      case Told.Closed c -> "closes: " + c.status() + " (" + c.reason() + ")";
      case Told.Unreadable u -> entry.place() + " can't be read: " + u.why();
    };
  }

  private static String lastChunk(Told.LastChunk last) {
    StringBuilder text = new StringBuilder("last audio: " + audio(last.chunks(), last.bytes()));
    if (last.pauses() > 0) {
      text.append(", ").append(last.pauses()).append(last.pauses() == 1 ? " pause" : " pauses");
    }
    if (last.missing() > 0) {
      text.append(", ").append(last.missing()).append(" records missing");
    }
    if (last.foreign() > 0) {
      text.append(", ").append(last.foreign()).append(" more by another source");
    }
    return text.toString();
  }

  private static String audio(int chunks, long bytes) {
    return String.format(
        Locale.ROOT,
        "%d chunk%s, %.1f s",
        chunks,
        chunks == 1 ? "" : "s",
        bytes / (double) BYTES_PER_SECOND);
  }

  /** Somebody else's words, without what a terminal would take for a command. */
  private static String clean(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private static String shortened(String id) {
    return id.length() <= 20 ? id : id.substring(0, 19) + "…";
  }

  /** The text in lines that fit, broken between words; all but the first are indented. */
  private List<String> broken(String text, int indent) {
    List<String> lines = new ArrayList<>();
    String rest = clean(text);
    while (width > 0 && rest.length() > width) {
      int blank = rest.lastIndexOf(' ', width);
      if (blank <= indent) {
        break; // One long word: the terminal breaks it.
      }
      lines.add(rest.substring(0, blank));
      rest = " ".repeat(indent) + rest.substring(blank + 1);
    }
    lines.add(rest);
    return lines;
  }
}
