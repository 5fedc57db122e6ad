package dev.parley.trials.model;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.router.queue.At;
import dev.parley.router.queue.Delivery;
import dev.parley.router.queue.Effect;
import dev.parley.router.queue.Input;
import dev.parley.router.queue.Limits;
import dev.parley.router.queue.Message;
import dev.parley.router.queue.PartitionQueues;
import dev.parley.trials.model.OffsetLog.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The real queues, reading the ledger at their own pace, and the devices that listen to them. */
final class SimulatedRouter {
  private static final long LONG = 24 * 3_600_000;
  private static final Limits LIMITS =
      new Limits(256, 1 << 20, LONG, 64, LONG, 256, 64, LONG, 32, LONG);

  private final World world;
  private final Map<String, Ear> ears = new HashMap<>();
  private PartitionQueues queues = new PartitionQueues(LIMITS, 0);
  private long position;
  private long committed;
  private long committedOwner;

  /**
   * What a device was told.
   *
   * @param stream which of its streams carried it
   * @param ledgerRead how far the router had read by then
   */
  record Told(Message message, int stream, long ledgerRead) {}

  /** A device's side of the stream; acknowledges and resumes as it should. */
  private static final class Ear {
    final List<Told> told = new ArrayList<>();
    final Set<String> unacknowledged = new HashSet<>();
    OptionalLong cursor = OptionalLong.empty();
    boolean connected;
    int stream;
  }

  SimulatedRouter(World world, List<String> devices) {
    this.world = world;
    devices.forEach(device -> ears.put(device, new Ear()));
    devices.forEach(this::connect);
  }

  List<Told> told(String device) {
    return ear(device).told;
  }

  boolean isQuiet() {
    return position >= world.ledger.end();
  }

  boolean readNext() {
    List<Entry<LedgerRecord>> next = world.ledger.between(position, world.ledger.end());
    if (next.isEmpty()) {
      return false;
    }
    Entry<LedgerRecord> entry = next.getFirst();
    position = entry.offset() + 1;
    if (entry.record() instanceof LedgerRecord.Owner
        && world.plant == Plant.ROUTER_IGNORES_CLAIMS) {
      return true;
    }
    try {
      List<Effect> effects = queues.record(entry.record(), new At(entry.offset(), entry.millis()));
      PartitionQueues.device(entry.record()).ifPresent(device -> carryOut(device, effects));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
    return true;
  }

  private void carryOut(String device, List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Send send -> hear(ear(device), send.delivery());
        case Effect.Discarded discarded ->
            world.count("discarded: " + discarded.discard().reason());
        case Effect.AttemptsMixed mixed -> mixed(mixed.turn());
      }
    }
  }

  /**
   * The owner has said that it takes a turn back, and its leaver's answer had landed a moment
   * before: then it asks CIC nothing, and the turn is interrupted.
   */
  private void mixed(TurnId turn) {
    if (world.counts.wasReleased(turn)) {
      world.count("answered just before it was taken back");
    } else {
      world.violate(turn + " begins again although its device has heard of it");
    }
  }

  private void hear(Ear ear, Delivery delivery) {
    ear.told.add(new Told(delivery.message(), ear.stream, position));
    delivery.cursor().ifPresent(cursor -> ear.cursor = OptionalLong.of(cursor));
    if (delivery.message() instanceof Message.OfDirective directive) {
      ear.unacknowledged.add(directive.messageId());
    }
  }

  void tick() {
    queues.tick(world.now).forEach(due -> carryOut(due.device(), due.effects()));
  }

  void commit() {
    committed = queues.needed().orElse(position);
    committedOwner = queues.highestOwner(committed);
  }

  /** It goes, and another reads on from its commit. */
  void restart() {
    queues = new PartitionQueues(LIMITS, committedOwner);
    position = committed;
    world.trace("router restarts from " + committed + ", owner " + committedOwner);
    ears.forEach((device, ear) -> {
      if (ear.connected) {
        connect(device);
      }
    });
  }

  boolean acknowledge(String device) {
    Ear ear = ear(device);
    if (!ear.connected) {
      return false;
    }
    ear.cursor.ifPresent(cursor ->
        carryOut(device, queues.apply(device, new Input.Acknowledged(cursor, Optional.empty()))));
    carryOut(device, queues.apply(device, new Input.MessagesAcknowledged(ear.unacknowledged)));
    ear.unacknowledged.clear();
    return true;
  }

  boolean leave(String device) {
    Ear ear = ear(device);
    boolean was = ear.connected;
    ear.connected = false;
    carryOut(device, queues.apply(device, new Input.Disconnected()));
    return was;
  }

  boolean comeBack(String device) {
    if (ear(device).connected) {
      return false;
    }
    connect(device);
    return true;
  }

  private void connect(String device) {
    Ear ear = ear(device);
    ear.connected = true;
    ear.stream++;
    carryOut(
        device, queues.apply(device, new Input.Connected(ear.cursor, Optional.empty(), world.now)));
  }

  private Ear ear(String device) {
    Ear ear = ears.get(device);
    if (ear == null) {
      throw new IllegalArgumentException(device);
    }
    return ear;
  }
}
