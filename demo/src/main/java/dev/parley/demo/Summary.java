package dev.parley.demo;

import dev.parley.cli.device.Conversation;
import dev.parley.cli.device.RouterClient;
import dev.parley.cli.speak.Timeline;
import dev.parley.cli.speak.Timeline.Tone;
import dev.parley.producer.Spoken;
import dev.parley.standin.ReceivedTurn;
import dev.parley.standin.Row;
import dev.parley.standin.StandIn;
import dev.parley.standin.Verdict;
import java.util.List;

/** What came of a turn, held against what must come of it. */
final class Summary {
  private final Conversation.Outcome outcome;
  private final Latencies latencies;
  private final StandIn cic;

  Summary(Conversation.Outcome outcome, Latencies latencies, StandIn cic) {
    this.outcome = outcome;
    this.latencies = latencies;
    this.cic = cic;
  }

  /**
   * Prints it.
   *
   * @return whether all is as it must be
   */
  boolean print(Timeline timeline) {
    Spoken spoken = outcome.spoken();
    timeline.note(Tone.PLAIN, "");
    row(
        timeline,
        Tone.PLAIN,
        "published",
        "%d chunks, %,d bytes".formatted(spoken.chunks().size(), spoken.bytes()));
    for (ReceivedTurn turn : cic.turns()) {
      if (turn.messageId().equals(spoken.turn().message())) {
        row(
            timeline,
            Tone.PLAIN,
            "CIC received",
            "%d chunks, %,d bytes".formatted(turn.audioChunks(), turn.audioBytes()));
      }
    }
    boolean echoed = spoken.chunks().isEmpty() || echo(timeline, spoken);
    for (Latencies.Step step : latencies.steps(spoken.chunks(), outcome.closed())) {
      row(timeline, Tone.PLAIN, "latency", "%5d ms  %s".formatted(step.millis(), step.name()));
    }
    boolean kept = protocol(timeline);
    return kept && echoed && outcome.closed().isOk();
  }

  private boolean echo(Timeline timeline, Spoken spoken) {
    EchoCheck.Finding finding =
        outcome.attachments().isEmpty()
            ? new EchoCheck.Finding(false, "none came back")
            : check(spoken, outcome.attachments().getFirst());
    row(
        timeline,
        finding.verified() ? Tone.GOOD : Tone.BAD,
        "echo",
        (finding.verified() ? "verified: " : "WRONG: ") + finding.text());
    return finding.verified();
  }

  private EchoCheck.Finding check(Spoken spoken, RouterClient.Fetched echo) {
    return EchoCheck.check(
        spoken.chunks(),
        spoken::sha256OfFirst,
        outcome.closed().time("stopCapture"),
        echo.length(),
        echo.sha256());
  }

  private boolean protocol(Timeline timeline) {
    List<Verdict> broken = cic.verdicts().failures();
    int rows = Row.values().length - cic.rows().neverJudged().size();
    row(
        timeline,
        broken.isEmpty() ? Tone.GOOD : Tone.BAD,
        "protocol",
        broken.isEmpty()
            ? "the stand-in held %d rows of its checklist against it; all were kept".formatted(rows)
            : broken.size() + " breaches:");
    for (Verdict verdict : broken) {
      row(timeline, Tone.BAD, "", verdict.row() + ": " + verdict.detail());
    }
    return broken.isEmpty();
  }

  private static void row(Timeline timeline, Tone tone, String name, String text) {
    timeline.note(tone, "%-14s %s".formatted(name, text));
  }
}
