package dev.parley.standin;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The verdict log: which rows which request kept. The newest {@value #KEPT} are kept in memory, and
 * apart from them as many of broken rows; all are counted for good, row by row, and written to the
 * verdicts file, if there is one, as JSON lines, flushed request by request; the counts are its
 * last line.
 *
 * <p>Safe for use by several threads.
 */
public final class Verdicts implements AutoCloseable {
  static final int KEPT = 50_000;
  private static final Logger log = LoggerFactory.getLogger(Verdicts.class);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Deque<Verdict> kept = new ArrayDeque<>();
  private final Deque<Verdict> broken = new ArrayDeque<>();
  private final Map<Row, long[]> counts = new EnumMap<>(Row.class);
  private Optional<BufferedWriter> file;

  Verdicts(Optional<Path> file) {
    this.file = file.map(Verdicts::open);
  }

  private static BufferedWriter open(Path path) {
    try {
      return Files.newBufferedWriter(path, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the verdicts file cannot be written: " + path, e);
    }
  }

  /** The newest verdicts, oldest first. */
  public synchronized List<Verdict> all() {
    return List.copyOf(kept);
  }

  /** The newest that are not ok, oldest first, also when {@link #all} has forgotten them. */
  public synchronized List<Verdict> failures() {
    return List.copyOf(broken);
  }

  /** How many exchanges have kept the row since the start. */
  public long passed(Row row) {
    return count(row, 0);
  }

  /** How many exchanges have broken the row since the start. */
  public long failed(Row row) {
    return count(row, 1);
  }

  /** All counts, taken at one moment. */
  public synchronized RowCounts counts() {
    return new RowCounts(row -> passed(row) + failed(row), this::failed);
  }

  private synchronized long count(Row row, int at) {
    long[] count = counts.get(row);
    return count == null ? 0 : count[at];
  }

  synchronized void add(List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      counts.computeIfAbsent(verdict.row(), row -> new long[2])[verdict.ok() ? 0 : 1]++;
      keep(verdict, kept);
      if (!verdict.ok()) {
        keep(verdict, broken);
      }
    }
    if (file.isPresent()) {
      write(file.get(), verdicts.stream().map(Verdicts::line).toList());
    }
  }

  private static void keep(Verdict verdict, Deque<Verdict> among) {
    if (among.size() == KEPT) {
      among.removeFirst();
    }
    among.addLast(verdict);
  }

  private void write(BufferedWriter to, List<String> lines) {
    try {
      for (String line : lines) {
        to.write(line);
        to.write('\n');
      }
      to.flush();
    } catch (IOException e) {
      log.warn("verdicts are no longer written to the file: {}", e.getMessage());
      file = Optional.empty();
    }
  }

  static String line(Verdict verdict) {
    ObjectNode line = JSON.createObjectNode();
    line.put("at", verdict.at().toString());
    line.put("request", verdict.request());
    putIfKnown(line, "client", verdict.client());
    putIfKnown(line, "dialogRequestId", verdict.dialogRequestId());
    putIfKnown(line, "messageId", verdict.messageId());
    line.put("row", verdict.row().name());
    line.put("ok", verdict.ok());
    line.put("detail", verdict.detail());
    return JSON.writeValueAsString(line);
  }

  private static void putIfKnown(ObjectNode line, String name, String value) {
    if (!value.isEmpty()) {
      line.put(name, value);
    }
  }

  /** Writes {@link #counts} as the file's last line, and closes the file. */
  @Override
  public synchronized void close() {
    if (file.isPresent()) {
      write(file.get(), List.of("{\"rows\":" + counts().json() + "}"));
    }
    try {
      if (file.isPresent()) {
        file.get().close();
        file = Optional.empty();
      }
    } catch (IOException e) {
      log.warn("the verdicts file could not be closed: {}", e.getMessage());
    }
  }
}
