package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.ClaimRace;
import dev.parley.dispatcher.flow.LedgerView;
import dev.parley.protocol.record.LedgerRecord;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a partition over: reads the ledger from the committed place to its end, claims the next
 * number, and reads on up to the claim. The first claim of a number wins; the loser starts over.
 * Blocks; runs on a virtual thread of its own.
 */
final class TakeOver {
  private static final Logger log = LoggerFactory.getLogger(TakeOver.class);
  private static final Duration READ_LIMIT = Duration.ofSeconds(10);

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
    ClaimRace race = new ClaimRace(view, dispatcher);
    ledger.read(view.from(), read, READ_LIMIT, record -> read(race, record));
    while (true) {
      long claim = append.apply(race.next()).get(15, TimeUnit.SECONDS);
      ledger.read(read, claim + 1, READ_LIMIT, record -> read(race, record));
      read = claim + 1;
      if (race.isWon()) {
        view.readTo(read);
        return new Claimed(race.number(), view, ledger.endOf(speech));
      }
      log.info("another dispatcher claimed number {} first; trying the next", race.number());
    }
  }

  private void read(ClaimRace race, ConsumerRecord<byte[], byte[]> record) {
    LedgerRecords.parse(record)
        .ifPresent(parsed ->
            race.read(
                parsed, new OwnerClaims.Seen(record.offset(), record.timestamp(), clock.millis())));
  }
}
