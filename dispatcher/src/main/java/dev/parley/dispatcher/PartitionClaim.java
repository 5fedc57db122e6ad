package dev.parley.dispatcher;

import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.Stamp;
import dev.parley.turnlog.LogReader;
import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.OwnedPartition;
import dev.parley.turnlog.ParkedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims a speech partition in its ledger. Blocks; the partition's thread. */
final class PartitionClaim {
  private static final Logger log = LoggerFactory.getLogger(PartitionClaim.class);

  private PartitionClaim() {}

  /**
   * Claims, and begins the work.
   *
   * @throws TimeoutException when Kafka does not answer, or has not said lately that the partition
   *     is ours: who was stopped for long may have been replaced, and must not claim above the
   *     living
   * @throws ParkedException when there are more partitions than this dispatcher knows of
   */
  static DispatcherPartition takeOver(OwnedPartition partition, DispatcherParts parts)
      throws InterruptedException, ExecutionException, TimeoutException, ParkedException {
    int number = partition.id().partition();
    if (number >= parts.partitions()) {
      throw new ParkedException(
          "Parley's topics had %d partitions when it started; restart it after all others have drained"
              .formatted(parts.partitions()));
    }
    if (!parts.holdsLease().getAsBoolean()) {
      throw new TimeoutException("Kafka has acknowledged no commit lately");
    }
    long began = System.nanoTime();
    TopicPartition ledger = ledger(partition, parts);
    LogWriter writer = new LogWriter(ledger.topic(), number, parts.control(), parts.brokerClock());
    try {
      TakeOver.Claimed claimed = claim(partition, parts, ledger, writer);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      log.info(
          "partition {}: taken over as owner {} in {} ms",
          number,
          claimed.owner(),
          took.toMillis());
      parts.metrics().tookOver(took);
      // Nothing comes behind it that could fail: from here on it has requests under way.
      return new DispatcherPartition(partition, parts, writer, claimed);
    } catch (InterruptedException
        | ExecutionException
        | TimeoutException
        | RuntimeException
        | Error e) {
      writer.close();
      throw e;
    }
  }

  private static TakeOver.Claimed claim(
      OwnedPartition partition, DispatcherParts parts, TopicPartition ledger, LogWriter writer)
      throws InterruptedException, ExecutionException, TimeoutException {
    String reader = parts.id() + "-take-over-" + ledger.partition();
    try (LogReader reading = new LogReader(parts.config().kafka().reader(reader), ledger)) {
      return new TakeOver(
              reading,
              partition.id(),
              parts.id(),
              parts.clock(),
              owner -> append(writer, owner, parts.holdsLease()))
          .claim(CommitMetadata.view(partition.committed(), parts.config().limits().remembered()));
    }
  }

  /** The ledger of a speech partition. */
  static TopicPartition ledger(OwnedPartition partition, DispatcherParts parts) {
    return new TopicPartition(parts.config().topics().ledger(), partition.id().partition());
  }

  /** Each claim needs the lease: who has lost a race may have been stopped for long before it. */
  static CompletableFuture<Long> append(
      LogWriter ledger, LedgerRecord record, BooleanSupplier holdsLease) {
    if (!holdsLease.getAsBoolean()) {
      return CompletableFuture.failedFuture(
          new TimeoutException("Kafka has acknowledged no commit lately"));
    }
    CompletableFuture<Long> appended = new CompletableFuture<>();
    ledger.append(
        record.toRaw(Stamp.NONE),
        new LogWriter.Done() {
          @Override
          public void appended(long offset) {
            appended.complete(offset);
          }

          @Override
          public void failed(Exception cause) {
            appended.completeExceptionally(cause);
          }
        });
    return appended;
  }
}
