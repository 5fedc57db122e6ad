package dev.parley.cli.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.turnlog.story.Place;
import dev.parley.turnlog.story.Story;
import dev.parley.turnlog.story.StoryEntry;
import dev.parley.turnlog.story.Told;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoryTextTest {
  private static final long BEGUN = 1_764_457_200_000L;
  private static final TurnId TURN =
      new TurnId(
          "kitchen",
          "4e4080d6-c440-498a-bb73-ae86c6312806",
          "277b40c3-b046-4f61-a551-783b1547e7b7");
  private static final Attempt FIRST = new Attempt(7, 1);
  private static final Attempt SECOND = new Attempt(8, 1);

  private static StoryEntry entry(long millis, boolean counts, Told told) {
    return new StoryEntry(new Place("parley.ledger", 3, 17), BEGUN + millis, counts, told);
  }

  private static final Story STORY =
      new Story(
          TURN,
          3,
          List.of(
              entry(-60_000, true, new Told.Claimed(7, "dispatcher-0f8fad5b-d9cb-469f-a165")),
              entry(0, true, new Told.SpeechBegun(Optional.of("SpeechRecognizer.Recognize"))),
              entry(9, true, new Told.AttemptBegun(FIRST, "SpeechRecognizer.Recognize")),
              entry(10, true, new Told.FirstChunk()),
              entry(700, true, new Told.Resumed(690)),
              entry(2_210, true, new Told.LastChunk(11, 70_400, 1, 0, 0)),
              entry(2_211, true, new Told.SpeechEnded()),
              entry(3_000, true, new Told.Claimed(8, "d")),
              entry(
                  3_001,
                  false,
                  new Told.DirectiveReceived(FIRST, Channel.RESPONSE, "Clova.RenderText", "m")),
              entry(3_100, true, new Told.AttemptBegun(SECOND, "SpeechRecognizer.Recognize")),
              entry(3_300, true, new Told.Sent(SECOND, 11, 70_400, UploadEnd.END)),
              entry(
                  3_400,
                  true,
                  new Told.DirectiveReceived(SECOND, Channel.DOWNCHANNEL, "A.\u001b[31mb", "m")),
              entry(3_500, true, new Told.AttachmentEnded(SECOND, Channel.RESPONSE, "a", 8, false)),
              entry(
                  3_510,
                  true,
                  new Told.Unreadable("header \"v\" is not 1; this release reads no other layout")),
              entry(
                  3_600,
                  true,
                  new Told.Closed(SECOND, TurnStatus.FAILED, "stream-reset", "CIC reset it."))),
          0);

  @Test
  void aStoryIsALineAnEntryWithTheTimeAndTheMillisecondsSinceTheFirst() {
    assertThat(new StoryText(ZoneOffset.UTC, 0).lines(STORY, BEGUN))
        .containsExactly(
            "turn 277b40c3-b046-4f61-a551-783b1547e7b7",
            "of dialog 4e4080d6-c440-498a-bb73-ae86c6312806, device kitchen, partition 3,"
                + " 2025-11-29, times in +00:00",
            "time              +ms",
            "22:59:00.000   before  owner 7    claims the partition (dispatcher-0f8fad5b…)",
            "23:00:00.000        0  device     begins SpeechRecognizer.Recognize",
            "23:00:00.009       +9  owner 7    begins attempt 7.1",
            "23:00:00.010      +10  device     first audio",
            "23:00:00.700     +700  device     audio again after 690 ms without",
            "23:00:02.210    +2210  device     last audio: 11 chunks, 2.2 s, 1 pause",
            "23:00:02.211    +2211  device     ends",
            "23:00:03.000    +3000  owner 8    claims the partition (d)",
            "23:00:03.001    +3001  CIC        Clova.RenderText, response (attempt 7.1); void:"
                + " written when another owned the partition",
            "23:00:03.100    +3100  owner 8    begins attempt 8.1",
            "23:00:03.300    +3300  owner 8    has sent all: 11 chunks, 2.2 s",
            "23:00:03.400    +3400  CIC        A. [31mb, downchannel (attempt 8.1)",
            "23:00:03.500    +3500  CIC        attachment broken off, 8 bytes (attempt 8.1)",
            "23:00:03.510    +3510  ?          parley.ledger-3@17 can't be read: header \"v\" is"
                + " not 1; this release reads no other layout",
            "23:00:03.600    +3600  owner 8    closes: failed (stream-reset)",
            "It ended failed (stream-reset) after 3.6 s and 2 attempts: CIC reset it.");
  }

  @Test
  void linesAreBrokenBetweenWordsWhereTheTerminalEnds() {
    List<String> lines = new StoryText(ZoneOffset.UTC, 80).lines(STORY, BEGUN);
    assertThat(lines).allMatch(line -> line.length() <= 80);
    assertThat(lines)
        .containsSequence(
            "23:00:03.001    +3001  CIC        Clova.RenderText, response (attempt 7.1);",
            " ".repeat(34) + "void: written when another owned the partition");
  }

  @Test
  void programsGetTheSameWithIdsAndPlaces() {
    var objects = StoryJson.objects(STORY, BEGUN);
    assertThat(objects).hasSize(STORY.entries().size() + 1);
    assertThat(objects.get(8).toString())
        .isEqualTo(
            "{\"kind\":\"directive\",\"device\":\"kitchen\","
                + "\"dialogRequestId\":\"4e4080d6-c440-498a-bb73-ae86c6312806\","
                + "\"messageId\":\"277b40c3-b046-4f61-a551-783b1547e7b7\","
                + "\"sinceFirstMillis\":3001,\"time\":\"2025-11-29T23:00:03.001Z\","
                + "\"topic\":\"parley.ledger\",\"partition\":3,\"offset\":17,\"counts\":false,"
                + "\"attempt\":\"7.1\",\"channel\":\"response\",\"name\":\"Clova.RenderText\","
                + "\"directive\":\"m\"}");
    assertThat(objects.getLast().path("status").asString()).isEqualTo("failed");
  }
}
