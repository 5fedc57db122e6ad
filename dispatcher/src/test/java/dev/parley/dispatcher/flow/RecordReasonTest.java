package dev.parley.dispatcher.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What operators read of records that are not used is what the code has of them. */
class RecordReasonTest {
  private static final Pattern WORDS = Pattern.compile("((?:`[a-z-]+`, )*`[a-z-]+`):");

  /** The words that the row of a metric explains. */
  private static List<String> explained(String metric) throws IOException {
    String row =
        Files.readAllLines(Path.of("..", "docs", "metrics.md")).stream()
            .filter(line -> line.startsWith("| `" + metric + "`"))
            .collect(Collectors.joining());
    return WORDS
        .matcher(row)
        .results()
        .flatMap(words -> Stream.of(words.group(1).split("[`, ]+")))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static List<String> words(RecordReason[] reasons) {
    return Stream.of(reasons).map(RecordReason::word).toList();
  }

  @Test
  void everyReasonForADeadLetterIsExplainedAndNoOther() throws IOException {
    assertThat(explained("parley.dispatcher.records.set.aside"))
        .containsExactlyInAnyOrderElementsOf(words(RecordReason.Aside.values()));
  }

  @Test
  void everyReasonToPassARecordOverIsExplainedAndNoOther() throws IOException {
    assertThat(explained("parley.dispatcher.records.passed.over"))
        .containsExactlyInAnyOrderElementsOf(words(RecordReason.Passed.values()));
  }
}
