package dev.parley.standin;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one request has been found to keep and to break. A row that was broken once stays broken.
 * Not thread-safe.
 */
final class Checks {
  private record Finding(boolean ok, String detail) {}

  private final Map<Row, Finding> findings = new EnumMap<>(Row.class);

  void pass(Row row, String detail) {
    findings.putIfAbsent(row, new Finding(true, detail));
  }

  void fail(Row row, String detail) {
    findings.merge(row, new Finding(false, detail), (was, is) -> was.ok() ? is : was);
  }

  void check(Row row, boolean ok, String right, String wrong) {
    if (ok) {
      pass(row, right);
    } else {
      fail(row, wrong);
    }
  }

  List<Verdict> verdicts(
      Instant at, long request, String client, String dialogRequestId, String messageId) {
    return findings.entrySet().stream()
        .map(e ->
            new Verdict(
                at,
                request,
                client,
                dialogRequestId,
                messageId,
                e.getKey(),
                e.getValue().ok(),
                e.getValue().detail()))
        .toList();
  }
}
