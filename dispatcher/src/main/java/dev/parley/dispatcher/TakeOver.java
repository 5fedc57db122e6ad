package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.LedgerView;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.LogReader;
import dev.parley.turnlog.OwnerClaims;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a partition over: reads the ledger from the committed place to its end, claims the next
 * number, and reads on up to the claim. The first claim of a number wins; the loser starts over.
 * Blocks; runs on a virtual thread of its own.
 */
final class TakeOver {
  private static final Logger log = LoggerFactory.getLogger(TakeOver.class);
  private static final Duration READ_LIMIT = Duration.ofSeconds(30);

  /**
   * What a claim won.
   *
   * @param speechEnd where the speech partition ended afterwards
   */
  record Claimed(long owner, LedgerView view, long speechEnd) {}

  private final LogReader ledger;
  private final TopicPartition speech;
  private final String dispatcher;
  private final InstantSource clock;
  private final Function<LedgerRecord, CompletableFuture<Long>> append;

  /**
   * A take-over.
   *
   * @param speech the partition that is claimed
   * @param clock the one by which the view's turns live
   * @param append appends to the ledger of the partition; completed with the offset
   */
  TakeOver(
      LogReader ledger,
      TopicPartition speech,
      String dispatcher,
      InstantSource clock,
      Function<LedgerRecord, CompletableFuture<Long>> append) {
    this.ledger = ledger;
    this.speech = speech;
    this.dispatcher = dispatcher;
    this.clock = clock;
    this.append = append;
  }

  /** Claims, however many rivals there are. */
  Claimed claim(LedgerView view) throws InterruptedException, ExecutionException, TimeoutException {
    long read = ledger.end();
    Reading reading = new Reading(view, clock);
    ledger.read(view.from(), read, READ_LIMIT, reading::record);
    while (true) {
      long number = view.owner() + 1;
      reading.watch(number);
      long claim =
          append
              .apply(new LedgerRecord.Owner(new Attempt(number, 0), dispatcher))
              .get(15, TimeUnit.SECONDS);
      ledger.read(read, claim + 1, READ_LIMIT, reading::record);
      read = claim + 1;
      if (dispatcher.equals(reading.winner)) {
        view.readTo(read);
        return new Claimed(number, view, ledger.endOf(speech));
      }
      log.info("another dispatcher claimed number {} first; trying the next", number);
    }
  }

  private static final class Reading {
    private final LedgerView view;
    private final InstantSource clock;
    private long watched;
    private @Nullable String winner;

    Reading(LedgerView view, InstantSource clock) {
      this.view = view;
      this.clock = clock;
    }

    void watch(long number) {
      watched = number;
      winner = null;
    }

    void record(ConsumerRecord<byte[], byte[]> record) {
      LedgerRecord parsed;
      try {
        parsed = LedgerRecord.parse(KafkaRecords.fromKafka(record));
      } catch (MalformedException e) {
        log.warn(
            "ledger record at {}-{}@{} can't be read and is passed over: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            e.getMessage());
        return;
      }
      if (parsed instanceof LedgerRecord.Owner owner) {
        if (owner.attempt().owner() == watched && winner == null) {
          winner = owner.dispatcher();
        } else if (owner.attempt().owner() > watched && watched > 0) {
          // Somebody is ahead of us already: our number is worth nothing.
          winner = winner == null ? "" : winner;
        }
      }
      view.apply(parsed, new OwnerClaims.Seen(record.offset(), record.timestamp(), clock.millis()));
    }
  }
}
