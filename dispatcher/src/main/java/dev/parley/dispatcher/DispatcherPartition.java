package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Input;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.DeadLetters;
import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.OwnedPartition;
import dev.parley.turnlog.PartitionOwner;
import dev.parley.turnlog.ReplayReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One claim of a speech partition, from the ledger's word that it has won: leads the {@link Tenure}
 * that begins with it, with readers and writers of its own. What its tenure is told comes by the
 * partition's thread.
 */
final class DispatcherPartition implements PartitionOwner, PartitionDesk {
  private static final Logger log = LoggerFactory.getLogger(DispatcherPartition.class);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration DRAIN = Duration.ofSeconds(12);
  private static final long BUSY_TICK_MILLIS = 20;
  private static final long IDLE_TICK_MILLIS = 250;

  /** What a replay may have on its way to the partition's thread. */
  private static final int ROOM = 1024 * 1024;

  private final OwnedPartition partition;
  private final DispatcherParts parts;
  private final SpeechInput input;
  private final LogWriter ledger;
  private final DeadLetters deadLetters;
  private final DeadLetterHold hold = new DeadLetterHold();
  private final ReplayReader speech;
  private final Semaphore room = new Semaphore(ROOM);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Tenure tenure;
  private boolean paused;
  private @Nullable ConsumerRecord<byte[], byte[]> current;

  DispatcherPartition(
      OwnedPartition partition, DispatcherParts parts, LogWriter ledger, TakeOver.Claimed claimed) {
    int number = partition.id().partition();
    this.partition = partition;
    this.parts = parts;
    this.input = new SpeechInput(parts.partitions(), parts.wall());
    this.ledger = ledger;
    this.deadLetters = new DeadLetters(parts.config().topics(), number, parts.bulk(), "dispatcher");
    this.speech =
        new ReplayReader(
            partition.id(),
            () ->
                parts
                    .config()
                    .kafka()
                    .reader(parts.id() + "-replay-" + number, parts.memory().ofReader()));
    this.tenure = new Tenure(partition.id(), claimed.owner(), parts, this);
    try {
      tenure.takenOver(claimed.view(), partition.position(), claimed.speechEnd());
    } catch (RuntimeException | Error e) {
      letGo();
      throw e;
    }
  }

  // ---------------------------------------------------------------------------- owner

  @Override
  public void record(ConsumerRecord<byte[], byte[]> record) {
    take(record, input.read(record));
  }

  @Override
  public void unfit(ConsumerRecord<byte[], byte[]> record) {
    take(record, input.unfit(record));
  }

  private void take(ConsumerRecord<byte[], byte[]> record, Input read) {
    current = record;
    parts.metrics().recordRead();
    if (read instanceof Input.Speech heard && heard.record() instanceof SpeechRecord.Audio) {
      parts.metrics().chunkRead(heard.ageMillis());
    }
    tenure.run(read);
    current = null;
  }

  @Override
  public void tick() {
    tenure.tick();
    pauseWhileFull();
  }

  /** The last resort: turns that hold much were given up before. */
  private void pauseWhileFull() {
    if (!paused && parts.cic().held().isOver()) {
      paused = true;
      partition.pause();
      parts.metrics().paused();
    } else if (paused && !parts.cic().held().isTight()) {
      paused = false;
      partition.resume();
    }
  }

  @Override
  public long tickMillis() {
    return paused || tenure.openTurns() > 0 ? BUSY_TICK_MILLIS : IDLE_TICK_MILLIS;
  }

  @Override
  public Optional<OffsetAndMetadata> committable() {
    return Optional.of(hold.commit(tenure.commit()));
  }

  @Override
  public void revoked() {
    tenure.revoked();
    ended.countDown();
  }

  @Override
  public boolean isDone() {
    return tenure.isDone();
  }

  @Override
  public void close() {
    letGo();
    try {
      // What was accepted is handed to Kafka before its producer is closed.
      if (!ledger.awaitEnd(DRAIN) || !deadLetters.awaitEnd(DRAIN)) {
        log.warn("{}: Kafka did not take its last records in time", partition.id());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void lost() {
    try {
      tenure.lost();
    } finally {
      letGo();
    }
  }

  private void letGo() {
    ended.countDown();
    try {
      tenure.close();
    } finally {
      speech.close();
      ledger.close();
      deadLetters.close();
    }
  }

  // ---------------------------------------------------------------------------- desk

  @Override
  public void post(Runnable task) {
    partition.post(task);
  }

  @Override
  public void postWhenRoom(Runnable task, int bytes) throws InterruptedException {
    partition.postWhenRoom(task, bytes);
  }

  /** What a void tenure lacks can't be made up, so everything begins again from the commit. */
  @Override
  public void startOver(String reason) {
    parts.metrics().startedOver();
    partition.startOver(reason + "; its open turns are another's now, or begin again");
  }

  @Override
  public LogWriter ledger() {
    return ledger;
  }

  @Override
  public ReplayReader speech() {
    return speech;
  }

  @Override
  public void setAside(long offset, String reason) {
    hold.hold(offset, tenure.commit());
    ConsumerRecord<byte[], byte[]> record = current;
    if (record != null && record.offset() == offset) {
      setAside(record, reason);
    } else {
      readAndSetAside(offset, reason);
    }
  }

  private void readAndSetAside(long offset, String reason) {
    speech.read(
        offset,
        offset + 1,
        new ReplayReader.Listener() {
          private boolean isThere;

          @Override
          public void record(ConsumerRecord<byte[], byte[]> record) {
            isThere = true;
            post(() -> setAside(record, reason));
          }

          @Override
          public void done(long to) {
            if (!isThere) {
              // Retention was quicker, and there is nothing left to hold.
              post(() -> hold.letGo(offset));
            }
          }

          @Override
          public void failed(Throwable cause) {
            post(() -> startOver("a record can't be set aside: " + cause));
          }
        });
  }

  private void setAside(ConsumerRecord<byte[], byte[]> record, String reason) {
    deadLetters.add(
        record,
        reason,
        new LogWriter.Done() {
          @Override
          public void appended(long offset) {
            post(() -> hold.letGo(record.offset()));
          }

          @Override
          public void failed(Exception cause) {
            post(() -> startOver("a record can't be set aside: " + cause));
          }
        });
  }

  @Override
  public void awaitRoom(int bytes) {
    try {
      room.acquire(bytes);
      while (!parts.cic().held().isRoomy()
          && !ended.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        // CIC takes what is held, or the turns that hold it are given up.
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void roomTaken(int bytes) {
    room.release(bytes);
  }
}
