package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Input;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.Stamp;
import dev.parley.turnlog.DeadLetters;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.LogReader;
import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.OwnedPartition;
import dev.parley.turnlog.PartitionOwner;
import dev.parley.turnlog.ReplayReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One speech partition in this dispatcher's hands: claims it in the ledger, drives the {@link
 * Tenure} that the claim begins, and claims again when that is void. Runs on the poll thread while
 * the partition is owned; what may be finished after a revocation runs on a virtual thread of its
 * own.
 */
final class DispatcherPartition implements PartitionOwner, Tenure.PartitionDesk {
  private static final Logger log = LoggerFactory.getLogger(DispatcherPartition.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration DRAIN = Duration.ofSeconds(12);

  /** What a replay may have on its way to the poll thread. */
  private static final int ROOM = 1024 * 1024;

  private final OwnedPartition partition;
  private final TopicPartition ledgerPartition;
  private final DispatcherParts parts;
  private final LogWriter ledger;
  private final DeadLetters deadLetters;
  private final ReplayReader speech;
  private final ReplayReader ledgerReader;
  private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final Semaphore room = new Semaphore(ROOM);
  private final CountDownLatch released = new CountDownLatch(1);
  private OffsetAndMetadata commit;
  private boolean paused;
  private @Nullable Tenure tenure;
  private @Nullable ConsumerRecord<byte[], byte[]> current;
  private @Nullable Thread takeOver;

  DispatcherPartition(OwnedPartition partition, DispatcherParts parts) {
    this.partition = partition;
    this.parts = parts;
    int number = partition.id().partition();
    this.ledgerPartition = new TopicPartition(parts.config().topics().ledger(), number);
    this.ledger = new LogWriter(ledgerPartition.topic(), number, parts.producer());
    this.deadLetters =
        new DeadLetters(parts.config().topics(), number, parts.producer(), "dispatcher");
    this.speech = reader(partition.id(), "replay");
    this.ledgerReader = reader(ledgerPartition, "ledger");
    this.commit =
        partition.committed().orElseGet(() -> new OffsetAndMetadata(partition.position(), ""));
    takeOver();
  }

  private ReplayReader reader(TopicPartition read, String what) {
    return new ReplayReader(
        read,
        () -> parts.config().kafka().reader(parts.id() + "-" + what + "-" + read.partition()));
  }

  // ---------------------------------------------------------------------------- poll thread

  @Override
  public void record(ConsumerRecord<byte[], byte[]> record) {
    if (tenure != null) {
      current = record;
      parts.metrics().recordRead();
      Input input = read(record);
      if (input instanceof Input.Speech speech && speech.record() instanceof SpeechRecord.Audio) {
        parts.metrics().chunkRead(parts.clock().millis() - record.timestamp());
      }
      tenure.run(input);
      current = null;
    }
  }

  private Input read(ConsumerRecord<byte[], byte[]> record) {
    try {
      SpeechRecord read = SpeechRecord.parse(KafkaRecords.fromKafka(record));
      if (DevicePartition.of(read.turn().device(), parts.partitions()) != record.partition()) {
        return new Input.Unreadable(
            record.offset(), "misrouted: its device belongs to another partition");
      }
      return new Input.Speech(record.offset(), record.timestamp(), read);
    } catch (MalformedException e) {
      return new Input.Unreadable(record.offset(), "unreadable: " + e.getMessage());
    }
  }

  @Override
  public void tick() {
    runMailbox();
    if (tenure != null) {
      tenure.tick();
    }
    if (tenure != null) {
      pauseWhileFull(tenure);
    }
  }

  /** The last resort: turns that hold much were given up before. */
  private void pauseWhileFull(Tenure working) {
    if (!paused && parts.cic().held().isOver()) {
      paused = true;
      partition.pause();
      parts.metrics().paused();
      working.run(new Input.Paused());
    } else if (paused && !parts.cic().held().isTight()) {
      paused = false;
      partition.resume();
      working.run(new Input.Resumed());
    }
  }

  @Override
  public boolean isWorking() {
    return tenure != null;
  }

  @Override
  public Optional<OffsetAndMetadata> committable() {
    if (tenure != null && released.getCount() > 0) {
      commit = tenure.commit();
    }
    return Optional.of(commit);
  }

  @Override
  public void revoked() {
    Tenure revoked = tenure;
    if (revoked == null) {
      closeAndDrain();
      return;
    }
    revoked.revoked();
    commit = revoked.commit();
    released.countDown();
    if (revoked.openTurns() == 0) {
      closeAndDrain();
    } else {
      parts.leavers().start("finish-" + partition.id(), () -> finish(revoked));
    }
  }

  @Override
  public void lost() {
    if (tenure != null) {
      tenure.lost();
    }
    closeAndDrain();
  }

  private void close() {
    released.countDown();
    if (tenure != null) {
      tenure.close();
    }
    if (takeOver != null) {
      takeOver.interrupt();
    }
    speech.close();
    ledgerReader.close();
    ledger.close();
    deadLetters.close();
  }

  /** The same on the poll thread, which waits for nothing. */
  private void closeAndDrain() {
    close();
    parts.leavers().start("drain-" + partition.id(), this::drain);
  }

  /** What was accepted is handed to Kafka before its producer is closed. */
  private void drain() {
    try {
      if (!ledger.awaitEnd(DRAIN) || !deadLetters.awaitEnd(DRAIN)) {
        log.warn("partition {}: Kafka did not take its last records in time", number());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---------------------------------------------------------------------------- mailbox

  /** Runs this where the partition is at home: the poll thread, then the one that finishes. */
  @Override
  public void post(Runnable task) {
    mailbox.add(task);
    if (signalled.compareAndSet(false, true)) {
      partition.post(this::runMailbox);
    }
  }

  /** The next tick takes it. */
  @Override
  public void postLater(Runnable task) {
    mailbox.add(task);
  }

  private void runMailbox() {
    signalled.set(false);
    // Bounded to what is there now, so that a flood can't keep the thread from polling.
    for (int n = mailbox.size(); n > 0; n--) {
      Runnable task = mailbox.poll();
      if (task == null) {
        return;
      }
      task.run();
    }
  }

  /** After the revocation, on a thread of its own, until no turn is open. */
  private void finish(Tenure leaving) {
    try {
      while (leaving.openTurns() > 0) {
        Runnable task = mailbox.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (task != null) {
          task.run();
        }
        leaving.tick();
      }
    } catch (InterruptedException e) {
      log.info("partition {}: its last turns are left to the next owner", number());
    } finally {
      close();
      drain();
    }
  }

  // ---------------------------------------------------------------------------- take-over

  private int number() {
    return partition.id().partition();
  }

  /** Claims the partition in the ledger; no record flows until that is done. */
  private void takeOver() {
    partition.pause();
    OffsetAndMetadata from = commit;
    takeOver = Thread.ofVirtual().name("take-over-" + partition.id()).start(() -> claim(from));
  }

  private void claim(OffsetAndMetadata from) {
    while (released.getCount() > 0) {
      try {
        if (parts.holdsLease().getAsBoolean()) {
          claimOnce(from);
          return;
        }
        // Who was stopped for long may have been replaced, and must not claim above the living.
      } catch (InterruptedException | InterruptException e) {
        return;
      } catch (Exception e) {
        log.warn("partition {}: take-over failed, trying again: {}", number(), e.toString());
      }
      try {
        if (released.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void claimOnce(OffsetAndMetadata from) throws Exception {
    long began = System.nanoTime();
    try (LogReader reader =
        new LogReader(
            parts.config().kafka().reader(parts.id() + "-take-over-" + number()),
            ledgerPartition)) {
      TakeOver.Claimed claimed =
          new TakeOver(reader, partition.id(), parts.id(), parts.clock(), this::appendOwner)
              .claim(CommitMetadata.view(from));
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      log.info(
          "partition {}: taken over as owner {} in {} ms",
          number(),
          claimed.owner(),
          took.toMillis());
      parts.metrics().tookOver(took);
      post(() -> claimed(claimed));
    }
  }

  private CompletableFuture<Long> appendOwner(LedgerRecord record) {
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

  private void claimed(TakeOver.Claimed claimed) {
    takeOver = null;
    partition.seek(commit.offset());
    tenure = new Tenure(partition.id(), claimed.owner(), parts, this);
    tenure.run(
        new Input.TakenOver(
            claimed.owner(), claimed.view(), partition.position(), claimed.speechEnd()));
    paused = false;
    partition.resume();
  }

  /** What a void tenure lacks can't be made up, so everything begins again from the commit. */
  @Override
  public void startOver(String reason) {
    Tenure former = tenure;
    if (former == null) {
      return;
    }
    log.error(
        "partition {}: {}; its open turns are another's now, or begin again", number(), reason);
    parts.metrics().startedOver();
    boolean isLeaving = released.getCount() == 0;
    if (!isLeaving) {
      commit = former.commit();
    }
    tenure = null;
    former.lost();
    former.close();
    if (!isLeaving) {
      takeOver();
    }
  }

  // ---------------------------------------------------------------------------- desk

  @Override
  public LogWriter ledger() {
    return ledger;
  }

  @Override
  public ReplayReader speech() {
    return speech;
  }

  @Override
  public ReplayReader ledgerReader() {
    return ledgerReader;
  }

  @Override
  public void setAside(String reason) {
    if (current != null) {
      deadLetters.add(current, reason);
    }
  }

  @Override
  public void awaitRoom(int bytes) {
    try {
      room.acquire(bytes);
      while (!parts.cic().held().isRoomy()
          && !released.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
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
