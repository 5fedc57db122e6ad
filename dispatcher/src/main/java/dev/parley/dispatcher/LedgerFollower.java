package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Input;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.Following;
import dev.parley.turnlog.LogTail;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Reads a claim's ledger as it grows, what others write and what we do: only what is read back
 * there is known to count. What is ours is told by the {@code attempt} header alone; of that, only
 * what begins and closes turns is read further.
 */
final class LedgerFollower implements LogTail.Follower, AutoCloseable {
  private static final Set<String> OURS_READ = Set.of("turn-begun", "turn-closed");

  /**
   * A record that was read.
   *
   * @param record empty when it need not be known, or can't be
   */
  private record Read(long offset, boolean isOurs, Optional<LedgerRecord> record, long millis) {}

  private final String ours;
  private final DispatcherParts parts;
  private final PartitionDesk desk;
  private final Consumer<Input> flow;
  private final ReadBack readBack = new ReadBack();
  private final Following following;
  private volatile boolean closed;

  /**
   * Begins to read.
   *
   * @param from everything before it is known
   * @param owner the number of the claim
   * @param flow told what was read, on the partition's thread
   */
  LedgerFollower(
      TopicPartition ledger,
      long from,
      long owner,
      DispatcherParts parts,
      PartitionDesk desk,
      Consumer<Input> flow) {
    this.ours = owner + ".";
    this.parts = parts;
    this.desk = desk;
    this.flow = flow;
    readBack.passTo(from);
    this.following = parts.ledgerTail().follow(ledger, from, this);
  }

  /** The ledger has a record of ours at this offset. The partition's thread. */
  void acknowledged(long offset) {
    readBack.acknowledged(offset, parts.clock().millis());
    startOverIfMissing();
  }

  /** For how long a record of ours stands that is not read back. The partition's thread. */
  long lagMillis() {
    return readBack.lagMillis(parts.clock().millis());
  }

  /** The tail's thread. */
  @Override
  public void read(List<ConsumerRecord<byte[], byte[]>> records, long next) {
    List<Read> read = new ArrayList<>(records.size());
    records.forEach(record -> read.add(read(record)));
    long bytes = Following.bytes(records);
    desk.post(() -> take(read, next, bytes));
  }

  /** The tail's thread. */
  @Override
  public void broken(String why) {
    desk.post(() -> startOver(why));
  }

  private Read read(ConsumerRecord<byte[], byte[]> record) {
    String kind = header(record, "kind");
    boolean isOurs = header(record, "attempt").startsWith(ours) && !kind.equals("owner");
    return new Read(
        record.offset(),
        isOurs,
        isOurs && !OURS_READ.contains(kind) ? Optional.empty() : LedgerRecords.parse(record),
        record.timestamp());
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? ""
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private void take(List<Read> records, long next, long bytes) {
    try {
      for (Read read : records) {
        if (read.isOurs()) {
          readBack.read(read.offset());
        }
        if (read.record().isPresent() && !closed) {
          flow.accept(new Input.LedgerSeen(read.record().get(), read.offset(), read.millis()));
        }
      }
      readBack.passTo(next);
      startOverIfMissing();
      if (!closed) {
        flow.accept(new Input.LedgerReadTo(next));
      }
    } finally {
      following.worked(bytes);
    }
  }

  private void startOverIfMissing() {
    readBack
        .missing()
        .ifPresent(offset ->
            startOver("the ledger was cut: it had acknowledged a record at offset " + offset));
  }

  private void startOver(String why) {
    if (!closed) {
      close();
      desk.startOver(why);
    }
  }

  /** Reads no more. Any thread. */
  @Override
  public void close() {
    closed = true;
    following.close();
  }
}
