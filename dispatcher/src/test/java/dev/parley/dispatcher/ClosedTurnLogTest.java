package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord.TurnClosed;
import dev.parley.protocol.record.TurnStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

class ClosedTurnLogTest {
  private static final long BEGUN = 1_764_457_200_123L;

  private final Logger logger = (Logger) LoggerFactory.getLogger(ClosedTurnLog.class);
  private final Lines lines = new Lines();

  @BeforeEach
  void listen() {
    lines.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
    lines.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    lines.open.countDown();
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @Test
  void aClosedTurnIsOneLineOfKeysAndValues() {
    lines.open.countDown();
    try (ClosedTurnLog log = new ClosedTurnLog(LoggedTurns.ALL)) {
      log.closed(
          closed(
              TurnStatus.OK,
              Map.of("audioChunks", 11L, "audioBytes", 70_400L, "directives", 3L),
              Map.of(
                  "heard", BEGUN - 12,
                  "begun", BEGUN,
                  "requested", BEGUN + 3,
                  "firstAudio", BEGUN + 40,
                  "stopCapture", BEGUN + 2_000,
                  "sent", BEGUN + 2_050,
                  "firstDirective", BEGUN + 2_150,
                  "closed", BEGUN + 2_300)));
    }
    assertThat(lines.said)
        .containsExactly(
            "turn-closed device=kitchen dialog=d-1 message=m-1 status=ok reason=why attempt=7.2"
                + " begun=2025-11-29T23:00:00.123Z waited-ms=12 requested-ms=3 first-audio-ms=40"
                + " stop-capture-ms=2000 sent-ms=2050 first-directive-ms=2150 closed-ms=2300"
                + " chunks=11 audio-s=2.2 directives=3 attachments=0");
  }

  @Test
  void whatDidNotHappenIsADashSoThatEveryLineHasTheSameKeys() {
    assertThat(ClosedTurnLog.line(closed(TurnStatus.REFUSED, Map.of(), Map.of("closed", BEGUN))))
        .isEqualTo(
            "turn-closed device=kitchen dialog=d-1 message=m-1 status=refused reason=why"
                + " attempt=7.2 begun=- waited-ms=- requested-ms=- first-audio-ms=-"
                + " stop-capture-ms=- sent-ms=- first-directive-ms=- closed-ms=- chunks=0"
                + " audio-s=0.0 directives=0 attachments=0");
  }

  @Test
  void theSentenceForPeopleIsNotInIt() {
    assertThat(ClosedTurnLog.line(closed(TurnStatus.FAILED, Map.of(), Map.of())))
        .doesNotContain("sentence");
  }

  @Test
  void onlyTurnsThatHurtSomebodyAreLoggedWhenThatIsAskedFor() {
    lines.open.countDown();
    try (ClosedTurnLog log = new ClosedTurnLog(LoggedTurns.FAILED)) {
      for (TurnStatus status : TurnStatus.values()) {
        log.closed(closed(status, Map.of(), Map.of()));
      }
    }
    assertThat(lines.said.stream().map(line -> line.replaceAll(".* status=(\\S+) .*", "$1")))
        .containsExactly("interrupted", "timed-out", "refused", "failed", "poison");
  }

  @Test
  void noneAreLoggedWhenThatIsAskedFor() {
    lines.open.countDown();
    try (ClosedTurnLog log = new ClosedTurnLog(LoggedTurns.NONE)) {
      log.closed(closed(TurnStatus.FAILED, Map.of(), Map.of()));
    }
    assertThat(lines.said).isEmpty();
  }

  @Test
  @Timeout(60)
  void aLogThatNobodyReadsKeepsNoTurnWaitingAndWhatIsLeftOutIsCounted() throws Exception {
    ClosedTurnLog log = new ClosedTurnLog(LoggedTurns.ALL);
    log.closed(closed(TurnStatus.OK, Map.of(), Map.of()));
    lines.asked.await(); // The writer hangs in the log now.
    for (int i = 0; i < 5_000; i++) {
      log.closed(closed(TurnStatus.OK, Map.of(), Map.of()));
    }
    assertThat(lines.said).isEmpty();
    lines.open.countDown();
    assertThat(lines.written.tryAcquire(1 + 4_096 + 1, 30, TimeUnit.SECONDS)).isTrue();
    assertThat(lines.said)
        .contains("904 closed turns have no line here: the log is written too slowly");
    log.close();
  }

  @Test
  void aLogThatFailsCostsTheLinesThatItFailedOn() {
    lines.open.countDown();
    lines.failing.set(2);
    try (ClosedTurnLog log = new ClosedTurnLog(LoggedTurns.ALL)) {
      for (int i = 0; i < 3; i++) {
        log.closed(closed(TurnStatus.OK, Map.of(), Map.of()));
      }
    }
    // The first line, then what would have told of it.
    assertThat(lines.said).filteredOn(line -> line.startsWith("turn-closed")).hasSize(2);
    assertThat(lines.said)
        .filteredOn(line -> line.contains("no line here"))
        .containsExactly("1 closed turns have no line here: the log is written too slowly");
  }

  @Test
  @Timeout(60)
  void closingDoesNotWaitForALogThatNobodyReads() throws Exception {
    ClosedTurnLog log = new ClosedTurnLog(LoggedTurns.ALL);
    log.closed(closed(TurnStatus.OK, Map.of(), Map.of()));
    lines.asked.await();
    long began = System.nanoTime();
    assertThatCode(log::close).doesNotThrowAnyException();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }

  private static TurnClosed closed(
      TurnStatus status, Map<String, Long> counts, Map<String, Long> times) {
    return new TurnClosed(
        new TurnId("kitchen", "d-1", "m-1"),
        new Attempt(7, 2),
        status,
        "why",
        "a sentence for people",
        counts,
        times);
  }

  /** What the log is told, once it is open; until then who writes waits. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    final CountDownLatch open = new CountDownLatch(1);
    final CountDownLatch asked = new CountDownLatch(1);
    final Queue<String> said = new ConcurrentLinkedQueue<>();
    final Semaphore written = new Semaphore(0);

    /** So many lines more are met by an error. */
    final AtomicInteger failing = new AtomicInteger();

    @Override
    protected void append(ILoggingEvent event) {
      asked.countDown();
      try {
        boolean _ = open.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new NoClassDefFoundError("of the log");
      }
      said.add(event.getFormattedMessage());
      written.release();
    }
  }
}
