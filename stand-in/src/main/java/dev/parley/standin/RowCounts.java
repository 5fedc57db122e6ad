package dev.parley.standin;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How many exchanges each row was held against and how many of them broke it, since a stand-in's
 * start. Rows that were held against none are there too, with zeros. Immutable; snapshots of
 * several stand-ins, or of one that was started again, add up.
 */
public final class RowCounts {
  /** Nothing was judged. */
  public static final RowCounts NONE = new RowCounts(row -> 0, row -> 0);

  private record Count(long judged, long broken) {}

  private final Map<Row, Count> rows = new EnumMap<>(Row.class);

  RowCounts(ToLongFunction<Row> judged, ToLongFunction<Row> broken) {
    for (Row row : Row.values()) {
      rows.put(row, new Count(judged.applyAsLong(row), broken.applyAsLong(row)));
    }
  }

  /** How many exchanges the row was held against. */
  public long judged(Row row) {
    return of(row).judged();
  }

  /** How many of them broke it. */
  public long broken(Row row) {
    return of(row).broken();
  }

  private Count of(Row row) {
    return rows.getOrDefault(row, new Count(0, 0));
  }

  /** The rows that at least one exchange has broken. */
  public List<Row> brokenRows() {
    return Arrays.stream(Row.values()).filter(row -> broken(row) > 0).toList();
  }

  /** The rows of which these counts say nothing, for no exchange was held against them. */
  public List<Row> neverJudged() {
    return Arrays.stream(Row.values()).filter(row -> judged(row) == 0).toList();
  }

  public RowCounts plus(RowCounts other) {
    return new RowCounts(
        row -> judged(row) + other.judged(row), row -> broken(row) + other.broken(row));
  }

  /** {@code {"C1":{"judged":3,"broken":0},...}}, every row. */
  public String json() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    rows.forEach((row, count) ->
        json.putObject(row.name()).put("judged", count.judged()).put("broken", count.broken()));
    return JsonMapper.shared().writeValueAsString(json);
  }

  @Override
  public String toString() {
    return json();
  }
}
