package dev.parley.router;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.router.delivery.Outlet;
import dev.parley.router.queue.At;
import dev.parley.router.queue.Effect;
import dev.parley.router.queue.Input;
import dev.parley.router.queue.Limits;
import dev.parley.router.queue.PartitionQueues;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.OwnedPartition;
import dev.parley.turnlog.PartitionOwner;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Drives the queues of one ledger partition and carries out what they decide. Everything but {@link
 * #post} happens on the partition's thread.
 *
 * <p>The commit is the lowest ledger offset that an open turn or a message not yet acknowledged
 * needs; its metadata bears the highest owner number before it, which a zombie's records are held
 * against.
 */
final class LedgerOwner implements PartitionOwner {
  private static final String OWNER = "owner=";
  private static final long BUSY_TICK_MILLIS = 20;
  private static final long IDLE_TICK_MILLIS = 250;

  private final OwnedPartition partition;
  private final int partitions;
  private final PartitionQueues queues;
  private final InstantSource clock;
  private final RouterMetrics metrics;
  private final SetAside deadLetters;
  private final Consumer<LedgerOwner> gone;
  private final Map<String, Outlet> outlets = new HashMap<>();
  private int sizeCounted;

  /**
   * @param partitions N of all topics
   * @param gone told when the partition is owned no longer
   */
  LedgerOwner(
      OwnedPartition partition,
      int partitions,
      Limits limits,
      InstantSource clock,
      RouterMetrics metrics,
      SetAside deadLetters,
      Consumer<LedgerOwner> gone) {
    this.partition = partition;
    this.partitions = partitions;
    this.queues = new PartitionQueues(limits, highestOwner(partition.committed()));
    this.clock = clock;
    this.metrics = metrics;
    this.deadLetters = deadLetters;
    this.gone = gone;
  }

  private static long highestOwner(OffsetAndMetadata committed) {
    String metadata = committed.metadata();
    try {
      return metadata.startsWith(OWNER) ? Long.parseLong(metadata.substring(OWNER.length())) : 0;
    } catch (NumberFormatException e) {
      return 0; // Not ours, or of another release: the next owner's records will tell.
    }
  }

  /** Runs on the partition's thread, unless the partition is gone by then. Any thread. */
  void post(Runnable task) {
    partition.post(task);
  }

  PartitionQueues queues() {
    return queues;
  }

  @Override
  public void record(ConsumerRecord<byte[], byte[]> record) {
    try {
      LedgerRecord read = LedgerRecord.parse(KafkaRecords.fromKafka(record));
      Optional<String> device = PartitionQueues.device(read);
      if (device.isPresent()
          && DevicePartition.of(device.get(), partitions) != record.partition()) {
        setAside(
            record,
            "misrouted",
            "its device belongs to partition " + DevicePartition.of(device.get(), partitions));
        return;
      }
      List<Effect> effects = queues.record(read, new At(record.offset(), record.timestamp()));
      device.ifPresent(d -> carryOut(d, effects));
    } catch (MalformedException e) {
      String why = e.getMessage();
      setAside(record, "malformed", why == null ? "cannot be read" : why);
    }
  }

  @Override
  public void unfit(ConsumerRecord<byte[], byte[]> record) {
    setAside(record, "internal", "this router failed on it");
  }

  private void setAside(ConsumerRecord<byte[], byte[]> record, String reason, String detail) {
    metrics.deadLetter(reason);
    deadLetters.add(record, reason, detail);
  }

  /** Something happens to a device's queue; the partition's thread only. */
  void apply(String device, Input input) {
    carryOut(device, queues.apply(device, input));
  }

  void connect(String device, Input.Connected input, Outlet outlet) {
    Outlet former = outlets.put(device, outlet);
    if (former != null) {
      former.end(Outlet.End.REPLACED);
    }
    apply(device, input);
  }

  void disconnect(String device, Outlet outlet) {
    if (outlets.remove(device, outlet)) {
      apply(device, new Input.Disconnected());
    }
  }

  private void carryOut(String device, List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Send e -> {
          Outlet outlet = outlets.get(device);
          if (outlet != null) {
            outlet.send(e.delivery());
            metrics.sent(e.delivery());
          }
        }
        case Effect.Discarded e -> metrics.discarded(e.discard());
        case Effect.AttemptsMixed e -> metrics.attemptsMixed();
      }
    }
  }

  @Override
  public void tick() {
    for (PartitionQueues.ForDevice due : queues.tick(clock.millis())) {
      carryOut(due.device(), due.effects());
    }
    countSize(queues.size());
  }

  @Override
  public long tickMillis() {
    return sizeCounted > 0 ? BUSY_TICK_MILLIS : IDLE_TICK_MILLIS;
  }

  private void countSize(int size) {
    metrics.queued.addAndGet(size - sizeCounted);
    sizeCounted = size;
  }

  @Override
  public Optional<OffsetAndMetadata> committable() {
    long offset = queues.needed().orElse(partition.position());
    return Optional.of(
        new OffsetAndMetadata(offset, Optional.empty(), OWNER + queues.highestOwner(offset)));
  }

  @Override
  public void stopping() {
    endAll(Outlet.End.STOPPING);
  }

  @Override
  public void revoked() {
    leave();
  }

  @Override
  public void lost() {
    leave();
  }

  private void leave() {
    gone.accept(this);
    endAll(Outlet.End.MOVED);
    countSize(0);
  }

  private void endAll(Outlet.End why) {
    outlets.values().forEach(outlet -> outlet.end(why));
    outlets.clear();
  }
}
