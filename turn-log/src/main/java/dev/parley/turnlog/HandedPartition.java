package dev.parley.turnlog;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A partition in the hands of one owner: what comes to it, how far it has got, and what it has
 * asked for. Whoever reads for it is told by {@code changed} when it may want records again. The
 * partition's thread, but for what says otherwise.
 */
final class HandedPartition implements OwnedPartition {
  private final TopicPartition id;
  private final OffsetAndMetadata from;
  private final Mailbox mailbox;
  private final Runnable changed;
  private volatile long position;
  private volatile boolean isPaused;
  private volatile boolean isHeldUp;
  private @Nullable String startOver;

  /**
   * A partition to be handed to an owner.
   *
   * @param from what was committed last
   * @param changed run by any thread when {@link #wantsRecords} may have changed, for this owner or
   *     for others
   */
  HandedPartition(
      TopicPartition id, OffsetAndMetadata from, ReadAhead readAhead, Runnable changed) {
    this.id = id;
    this.from = from;
    this.position = from.offset();
    this.mailbox = new Mailbox(readAhead);
    this.changed = changed;
  }

  // ---------------------------------------------------------------------------- any thread

  /** Takes a batch; dropped when it is closed. */
  void offer(List<ConsumerRecord<byte[], byte[]>> records) {
    mailbox.put(records);
  }

  /** Whether records may be read for it; if not, it tells when that has changed. */
  boolean wantsRecords(ReadAhead.Room room) {
    if (isPaused) {
      return false;
    }
    if (!mailbox.isOpen(room)) {
      isHeldUp = true;
      // It may have taken one just before that.
      return mailbox.isOpen(room);
    }
    return true;
  }

  /** Ends a {@link #take} that waits. */
  void nudge() {
    mailbox.nudge();
  }

  @Override
  public TopicPartition id() {
    return id;
  }

  @Override
  public OffsetAndMetadata committed() {
    return from;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void post(Runnable task) {
    mailbox.put(task);
  }

  @Override
  public void postWhenRoom(Runnable task, int bytes) throws InterruptedException {
    mailbox.putWhenRoom(task, bytes);
  }

  // ---------------------------------------------------------------------------- its thread

  @Override
  public void pause() {
    isPaused = true;
    changed.run();
  }

  @Override
  public void resume() {
    isPaused = false;
    changed.run();
  }

  @Override
  public void startOver(String reason) {
    if (startOver == null) {
      startOver = reason;
    }
  }

  /** Why everything its owner does is void; null while it is not. */
  @Nullable String startOver() {
    return startOver;
  }

  boolean isVoid() {
    return startOver != null;
  }

  /** The next of what has come, or none when nothing comes within the time given. */
  Optional<Mailbox.Mail> take(long withinNanos) throws InterruptedException {
    return mailbox.take(withinNanos);
  }

  /** How much has come and was not taken. */
  int waiting() {
    return mailbox.size();
  }

  /** A batch that was taken is begun with: the next may be read. */
  void begun() {
    if (isHeldUp) {
      isHeldUp = false;
      changed.run();
    }
  }

  /** This record is being worked on. */
  void reached(long offset) {
    position = offset + 1;
  }

  /** Nothing of a batch that was taken is needed any more. */
  void done(Mailbox.Mail.Batch batch) {
    if (mailbox.worked(batch)) {
      changed.run();
    }
  }

  /** Drops what has come, and all that comes. */
  void close() {
    if (mailbox.close()) {
      changed.run();
    }
  }
}
