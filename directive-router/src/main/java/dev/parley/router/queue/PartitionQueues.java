package dev.parley.router.queue;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.turnlog.LowestFirst;
import dev.parley.turnlog.OwnerClaims;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * The queues of all devices of a ledger partition: lets in what the partition's owners may write,
 * leads each record to its device, and knows from which offset the ledger would have to be read
 * again.
 *
 * <p>Not thread-safe. The cost of a record does not grow with the number of devices (but for a
 * logarithm).
 */
public final class PartitionQueues {
  private static final int SLOTS_KEPT = 100_000;
  private static final long SLOTS_KEPT_MILLIS = 3_600_000;

  private final Limits limits;
  private final OwnerClaims claims;
  private final Map<String, DeviceQueue> devices = new HashMap<>();
  private final LowestFirst<String> needed = new LowestFirst<>();
  private final LowestFirst<String> deadlines = new LowestFirst<>();

  /** What is kept of devices whose queue was idle: their last dialog. Oldest first. */
  private final LinkedHashMap<String, Parked> parked = new LinkedHashMap<>();

  private int size;

  private record Parked(Dialogs.Last last, long millis) {}

  /** What is to be done for a device. */
  public record ForDevice(String device, List<Effect> effects) {}

  /**
   * @param highestOwner the highest owner number known from before; 0 when none is
   */
  public PartitionQueues(Limits limits, long highestOwner) {
    this.limits = limits;
    this.claims = new OwnerClaims(highestOwner);
  }

  /**
   * The highest owner number in what stands before {@code offset}, to be kept with a commit of that
   * offset.
   */
  public long highestOwner(long offset) {
    return claims.highestBefore(offset);
  }

  /** The device a record is about; none for those about the partition. */
  public static Optional<String> device(LedgerRecord record) {
    return switch (record) {
      case LedgerRecord.Owner r -> Optional.empty();
      case LedgerRecord.Release r -> Optional.empty();
      case LedgerRecord.Renewal r -> Optional.empty();
      case LedgerRecord.TurnBegun r -> Optional.of(r.turn().device());
      case LedgerRecord.TurnSent r -> Optional.of(r.turn().device());
      case LedgerRecord.TurnLeft r -> Optional.of(r.turn().device());
      case LedgerRecord.TurnClosed r -> Optional.of(r.turn().device());
      case LedgerRecord.DirectiveReceived r -> Optional.of(r.device());
      case LedgerRecord.AttachmentBegun r -> Optional.of(r.device());
      case LedgerRecord.AttachmentEnded r -> Optional.of(r.device());
    };
  }

  /**
   * The next record of the ledger.
   *
   * @throws MalformedException when it is a directive whose JSON cannot be read; nothing has
   *     changed then
   */
  public List<Effect> record(LedgerRecord record, At at) throws MalformedException {
    // When it was read matters to those only who may take turns back.
    OwnerClaims.Seen seen = new OwnerClaims.Seen(at.offset(), at.millis(), 0);
    return switch (record) {
      case LedgerRecord.Owner r -> {
        boolean _ = claims.claimed(r, seen);
        yield List.of();
      }
      case LedgerRecord.Release r -> {
        boolean _ = claims.released(r, seen);
        yield List.of();
      }
      case LedgerRecord.Renewal r -> {
        boolean _ = claims.renewed(r, seen);
        yield List.of();
      }
      case LedgerRecord.DirectiveReceived r -> {
        Directive directive = Directive.parse(r.json());
        yield apply(
            r.device(),
            claims.admits(r, seen)
                ? new Input.Received(r, directive, at)
                : new Input.Outdated(r, directive, at));
      }
      case LedgerRecord.TurnBegun r -> recorded(r.turn().device(), r, at, seen);
      case LedgerRecord.TurnSent r -> recorded(r.turn().device(), r, at, seen);
      case LedgerRecord.TurnLeft r -> recorded(r.turn().device(), r, at, seen);
      case LedgerRecord.TurnClosed r -> recorded(r.turn().device(), r, at, seen);
      case LedgerRecord.AttachmentBegun r -> recorded(r.device(), r, at, seen);
      case LedgerRecord.AttachmentEnded r -> recorded(r.device(), r, at, seen);
    };
  }

  private List<Effect> recorded(String device, LedgerRecord record, At at, OwnerClaims.Seen seen) {
    return claims.admits(record, seen) ? apply(device, new Input.Recorded(record, at)) : List.of();
  }

  /** Something happens to a device's queue. */
  public List<Effect> apply(String device, Input input) {
    DeviceQueue queue = devices.get(device);
    if (queue == null) {
      if (input instanceof Input.Disconnected
          || input instanceof Input.Acknowledged
          || input instanceof Input.MessagesAcknowledged) {
        return List.of();
      }
      Parked known = parked.remove(device);
      queue = new DeviceQueue(limits, Optional.ofNullable(known).map(Parked::last));
      devices.put(device, queue);
    }
    int before = queue.size();
    List<Effect> effects = queue.apply(input);
    size += queue.size() - before;
    needed.set(device, queue.needed());
    deadlines.set(device, queue.deadline());
    return effects;
  }

  /**
   * Time passes.
   *
   * @param now in epoch milliseconds
   */
  public List<ForDevice> tick(long now) {
    List<ForDevice> all = new ArrayList<>();
    for (Optional<LowestFirst.Ranked<String>> due = deadlines.lowest();
        due.isPresent() && due.get().number() <= now;
        due = deadlines.lowest()) {
      String device = due.get().key();
      List<Effect> effects = apply(device, new Input.Tick(now));
      if (!effects.isEmpty()) {
        all.add(new ForDevice(device, effects));
      }
      DeviceQueue queue = devices.get(device);
      if (queue != null && queue.isIdle(now)) {
        park(device, queue, now);
      }
    }
    while (!parked.isEmpty()
        && parked.firstEntry().getValue().millis() + SLOTS_KEPT_MILLIS <= now) {
      parked.pollFirstEntry();
    }
    return all;
  }

  private void park(String device, DeviceQueue queue, long now) {
    devices.remove(device);
    needed.set(device, OptionalLong.empty());
    deadlines.set(device, OptionalLong.empty());
    queue.last().ifPresent(last -> parked.putLast(device, new Parked(last, now)));
    if (parked.size() > SLOTS_KEPT) {
      parked.pollFirstEntry();
    }
  }

  /**
   * The lowest ledger offset that would have to be read again, for what devices wait for or for
   * what leavers are finishing; empty when none.
   */
  public OptionalLong needed() {
    LongStream ofDevices = needed.lowest().stream().mapToLong(LowestFirst.Ranked::number);
    return LongStream.concat(ofDevices, claims.pin().stream()).min();
  }

  /** Messages that wait for their device or its acknowledgement. */
  public int size() {
    return size;
  }

  /** Devices of which more than the last dialog is in memory. */
  public int devices() {
    return devices.size();
  }

  /** Directives that the device was not given lately, oldest first; of one dialog, or all. */
  public List<Discard> discards(String device, Optional<String> dialog) {
    DeviceQueue queue = devices.get(device);
    return queue == null ? List.of() : queue.discards(dialog);
  }

  /** An attachment that the device has been told of. */
  public Optional<Attachment> attachment(String device, String name) {
    DeviceQueue queue = devices.get(device);
    return queue == null ? Optional.empty() : queue.attachment(name);
  }
}
