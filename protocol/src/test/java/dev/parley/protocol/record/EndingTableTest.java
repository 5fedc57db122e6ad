package dev.parley.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.CicStatus;
import dev.parley.protocol.record.Ending.Matter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What operators read of reasons is what the code has of them. */
class EndingTableTest {
  private static final Path METRICS = Path.of("..", "docs", "metrics.md");
  private static final String HEADING = "## Reasons of turns";

  @Test
  void theTableOfReasonsIsTheCodes() throws IOException {
    List<String> lines = Files.readAllLines(METRICS);
    List<String> table =
        lines.subList(lines.indexOf(HEADING) + 1, lines.size()).stream()
            .takeWhile(line -> !line.startsWith("## "))
            .filter(line -> line.startsWith("|"))
            .toList();
    assertThat(String.join("\n", table)).isEqualTo(String.join("\n", expected()));
  }

  private static List<String> expected() {
    List<String> rows = new ArrayList<>(List.of("| status: reason | whose matter |", "|---|---|"));
    for (Matter matter : Matter.values()) {
      if (matter != Matter.UNKNOWN) {
        rows.add("| " + reasons(matter) + " | " + matter.sentence() + " |");
      }
    }
    return rows;
  }

  private static String reasons(Matter matter) {
    Map<TurnStatus, List<String>> reasons = new LinkedHashMap<>();
    if (matter == Matter.CIC) {
      reasons.put(TurnStatus.REFUSED, new ArrayList<>(List.of("cic-`, and any other status")));
    }
    Stream<Ending> named =
        IntStream.rangeClosed(400, 499)
            .filter(code -> isNamed(CicStatus.of(code)))
            .mapToObj(Ending.Refused::new);
    Stream.concat(named, Arrays.stream(Ending.Known.values()))
        .filter(ending -> ending.matter() == matter)
        .forEach(ending ->
            reasons.computeIfAbsent(ending.status(), _ -> new ArrayList<>()).add(ending.reason()));
    return reasons.entrySet().stream()
        .map(e -> "`" + e.getKey() + ": " + String.join("`, `", e.getValue()) + "`")
        .collect(Collectors.joining("; "))
        .replace("status`", "status");
  }

  private static boolean isNamed(CicStatus meaning) {
    return switch (meaning) {
      case REFUSED_TOKEN, BARRED -> true;
      case SERVED, AWAY, PASSING, FINAL -> false;
    };
  }
}
