package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Input;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.LedgerSequence;
import dev.parley.turnlog.LogWriter;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The ledger under one claim: written, and read back. The partition's thread. */
final class ClaimLedger implements AutoCloseable {
  private final TopicPartition ledger;
  private final long owner;
  private final DispatcherParts parts;
  private final PartitionDesk desk;
  private final Consumer<Input> flow;
  private final LedgerSequence sequence = new LedgerSequence();
  private @Nullable LedgerFollower follower;
  private boolean closed;

  /** {@code flow}: told what stands in the ledger, and what is read there. */
  ClaimLedger(
      TopicPartition ledger,
      long owner,
      DispatcherParts parts,
      PartitionDesk desk,
      Consumer<Input> flow) {
    this.ledger = ledger;
    this.owner = owner;
    this.parts = parts;
    this.desk = desk;
    this.flow = flow;
  }

  /** Reads on; everything before {@code from} is known. */
  void follow(long from) {
    follower = new LedgerFollower(ledger, from, owner, parts, desk, flow);
  }

  void append(LedgerRecord record) {
    long began = System.nanoTime();
    desk.ledger()
        .append(
            record.toRaw(sequence.next(record)),
            new LogWriter.Done() {
              @Override
              public void appended(long offset) {
                parts.metrics().appended(System.nanoTime() - began);
                desk.post(() -> stands(record, offset));
              }

              @Override
              public void failed(Exception cause) {
                parts.metrics().appendFailed(cause);
                desk.post(() -> {
                  if (!closed) {
                    desk.startOver("the ledger can't be written: " + cause);
                  }
                });
              }
            });
  }

  /** Whether it counts is known when it is read back. */
  private void stands(LedgerRecord record, long offset) {
    if (follower != null) {
      follower.acknowledged(offset);
    }
    flow.accept(new Input.Appended(record, offset));
  }

  /** Asks where it ends. */
  void askEnd(long askedMillis) {
    parts
        .logEnd()
        .ask(
            ledger,
            offset -> desk.post(() -> flow.accept(new Input.LedgerEnd(offset, askedMillis))));
  }

  /** For how long a record of ours stands that is not read back. */
  long lagMillis() {
    return follower == null ? 0 : follower.lagMillis();
  }

  /** Nothing that it says counts any more. */
  @Override
  public void close() {
    closed = true;
    if (follower != null) {
      follower.close();
    }
  }
}
