package dev.parley.dispatcher;

import dev.parley.turnlog.Trouble;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the ledger is read back soon after it is written. Until then nothing is settled and the
 * commit stands still, while speech goes on. One thread, but for {@link #trouble}.
 */
final class LedgerLag {
  private static final Logger log = LoggerFactory.getLogger(LedgerLag.class);
  static final Duration ALARM = Duration.ofSeconds(2);
  static final Duration NOT_READY = Duration.ofSeconds(30);
  static final Duration DEAD = Duration.ofSeconds(60);

  private volatile long longest;
  private boolean alarmed;

  /** How the partitions stand now; says so when the alarm begins and when it ends. */
  void observe(List<Standing> standings) {
    Standing worst =
        standings.stream().max(Comparator.comparingLong(Standing::ledgerLagMillis)).orElse(null);
    longest = worst == null ? 0 : worst.ledgerLagMillis();
    boolean late = longest > ALARM.toMillis();
    if (late && !alarmed && worst != null) {
      log.warn(
          "what is written to the ledger is not read back: partition {} waits for {} ms; speech goes on, commits wait",
          worst.partition(),
          longest);
    } else if (!late && alarmed) {
      log.info("what is written to the ledger is read back again");
    }
    alarmed = late;
  }

  /** {@code answers}: whether Kafka answers otherwise, so that this is a matter of our own. */
  Optional<Trouble> trouble(boolean answers) {
    long lag = longest;
    if (lag < NOT_READY.toMillis()) {
      return Optional.empty();
    }
    String why =
        "what was written to the ledger has not been read back for more than "
            + NOT_READY.toSeconds()
            + " s";
    return Optional.of(
        answers && lag >= DEAD.toMillis() ? new Trouble.Dead(why) : new Trouble.Waiting(why));
  }
}
