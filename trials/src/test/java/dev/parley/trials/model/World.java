package dev.parley.trials.model;

import dev.parley.dispatcher.flow.FlowLimits;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.trials.model.OffsetLog.Entry;
import dev.parley.trials.model.SimulatedDispatcher.Commit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One partition with all that lives on it, in one thread: whatever can go on by itself goes on when
 * the seed says so. The same seed and number of steps make the same world.
 */
final class World {
  static final List<String> DEVICES = List.of("kitchen", "hall");
  private static final int QUIET_LIMIT = 2_000;
  private static final int MOST_ZOMBIES = 2;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  final Random random;
  final Plant plant;
  final OffsetLog<SpeechRecord> speech = new OffsetLog<>();
  final OffsetLog<LedgerRecord> ledger = new OffsetLog<>();
  final List<SimulatedCall> calls = new ArrayList<>();

  /** What a producer holds whose dispatcher is gone. */
  final Deque<LedgerRecord> strays = new ArrayDeque<>();

  /** Of every flow that there was. */
  private final List<Recording> recordings = new ArrayList<>();

  /** Requests that begin now do not reach it, or are told that it is away. */
  boolean cicIsAway;

  final WhatCounts counts = new WhatCounts();

  /** Where the first {@code begin} of each turn stands. */
  final Map<TurnId, Long> accepted = new LinkedHashMap<>();

  /** Turns that retention took away before they were closed. */
  final Set<TurnId> takenAway = new HashSet<>();

  /** Where the last repeated {@code begin} of a turn stands. */
  private final Map<TurnId, Long> repeatedAt = new HashMap<>();

  /**
   * Turns that a commit passed before a repeated {@code begin} of theirs was read: the next owner
   * may know nothing of them, and begin them again.
   */
  final Set<TurnId> comeAgain = new HashSet<>();

  final List<String> violations = new ArrayList<>();
  final Map<String, Integer> happened = new TreeMap<>();
  final List<String> trace = new ArrayList<>();
  long now = 1_000_000;

  /** In one world of four what a leaver writes is long on its way. */
  final boolean leaversAreSlow;

  private final boolean tracing;
  private final List<Speaker> speakers = DEVICES.stream().map(Speaker::new).toList();
  private final List<SimulatedDispatcher> zombies = new ArrayList<>();

  /** Whose partition was revoked, and who finish some turns. */
  private final List<SimulatedDispatcher> leavers = new ArrayList<>();

  final SimulatedRouter router = new SimulatedRouter(this, DEVICES);
  private Optional<Commit> commit = Optional.empty();
  private @Nullable SimulatedDispatcher holder;
  private int dispatchers;

  World(long seed, Plant plant, boolean tracing) {
    // Seeds that follow each other would all draw the same first number.
    this.random = new Random(seed * GOLDEN);
    this.plant = plant;
    this.tracing = tracing;
    this.leaversAreSlow = random.nextInt(4) == 0;
  }

  /** Lives for so many steps, then all faults end and the oracle speaks. */
  static World run(long seed, int steps, Plant plant, boolean tracing) {
    World world = new World(seed, plant, tracing);
    try {
      for (int step = 0; step < steps && world.violations.isEmpty(); step++) {
        world.step();
      }
      if (world.violations.isEmpty()) {
        world.letGo();
        new Oracle(world).check();
        world.replay();
      }
    } catch (IllegalStateException | IllegalArgumentException | NullPointerException e) {
      world.violate(e + " at " + e.getStackTrace()[0]);
    }
    return world;
  }

  /** A new flow. */
  Recording record(FlowLimits limits) {
    Recording recording = new Recording(limits, random.nextLong());
    recordings.add(recording);
    return recording;
  }

  /** What the flows decided depends on nothing but what they were given. */
  private void replay() {
    for (Recording recording : recordings) {
      recording.replay();
      happened.merge("inputs replayed", recording.size(), Integer::sum);
    }
  }

  void count(String what) {
    happened.merge(what, 1, Integer::sum);
  }

  void violate(String what) {
    violations.add(what);
    trace("VIOLATION " + what);
  }

  void trace(String what) {
    if (tracing) {
      trace.add(now + " " + what);
    }
  }

  /** Appends to the ledger, for whoever it is. */
  long append(LedgerRecord record) {
    if (isTakenBack(record) && random.nextInt(4) > 0) {
      // What its leaver wrote gets there just before.
      while (strayLands()) {
        count("lands before a turn is taken back");
      }
    }
    int gap = random.nextInt(12) == 0 ? 1 + random.nextInt(3) : 0;
    if (gap > 0) {
      count("ledger gap");
    }
    Entry<LedgerRecord> entry = ledger.append(record, now, gap);
    boolean counted = counts.read(entry);
    String kind = record.getClass().getSimpleName();
    if (isTakenBack(record)) {
      count(counted ? "taken back" : "taken back too late");
    } else if (!counted) {
      count("zombie's " + kind);
    } else if (counts.isLate(record)) {
      count("former owner's " + kind);
    }
    trace("ledger@" + entry.offset() + (counted ? " " : " (void) ") + text(record));
    return entry.offset();
  }

  /** The owner begins, or closes, what a former one was finishing. */
  private boolean isTakenBack(LedgerRecord record) {
    return (record instanceof LedgerRecord.TurnBegun || record instanceof LedgerRecord.TurnClosed)
        && record.about().filter(counts::wasReleased).isPresent()
        && !counts.isLate(record);
  }

  private static String text(LedgerRecord record) {
    String about = record.about().map(TurnId::message).orElse("");
    String closed =
        record instanceof LedgerRecord.TurnClosed c ? " " + c.status() + " " + c.reason() : "";
    String by = record instanceof LedgerRecord.Owner o ? o.dispatcher() : "";
    return record.getClass().getSimpleName() + " " + record.attempt() + " " + about + closed + by;
  }

  private void step() {
    Happening drawn = draw();
    if (happens(drawn)) {
      count(drawn.name());
    }
  }

  private static final int ALL_WEIGHTS =
      List.of(Happening.values()).stream().mapToInt(h -> h.weight).sum();

  private Happening draw() {
    int at = random.nextInt(ALL_WEIGHTS);
    for (Happening h : Happening.values()) {
      at -= h.weight;
      if (at < 0) {
        return h;
      }
    }
    throw new IllegalStateException("weights");
  }

  private boolean happens(Happening what) {
    return switch (what) {
      case SPEAK -> speak();
      case POLL -> some(5, SimulatedDispatcher::poll);
      case COMPLETE -> some(5, SimulatedDispatcher::complete);
      case LAND -> some(4, SimulatedDispatcher::land);
      case ANSWER -> some(3, SimulatedDispatcher::answer);
      case READ -> some(1, SimulatedDispatcher::read);
      case FOLLOW -> some(3, SimulatedDispatcher::follow);
      case TICK -> {
        now += passing();
        router.tick();
        yield some(1, SimulatedDispatcher::tick);
      }
      case COMMIT -> commit(holder);
      case ROUTER_READS -> several(6, router::readNext);
      case ROUTER_COMMITS -> {
        router.commit();
        yield true;
      }
      case ROUTER_RESTARTS -> {
        router.restart();
        yield true;
      }
      case DEVICE_ACKNOWLEDGES -> router.acknowledge(device());
      case DEVICE_LEAVES -> router.leave(device());
      case DEVICE_RETURNS -> router.comeBack(device());
      case ASSIGN -> assign();
      case REVOKE -> revoke();
      case LOSE -> goes("lost", SimulatedDispatcher::lost);
      case CRASH -> goes("crashes", SimulatedDispatcher::end);
      case LEAVER_CRASHES -> leaverCrashes();
      case STOP_UNSEEN -> stopUnseen();
      case ZOMBIE_ENDS -> zombieEnds();
      case STRAY_LANDS -> strayLands();
      case WRITE_FAILS -> some(1, SimulatedDispatcher::writeFails);
      case CIC_GOES -> cicIsAway(true);
      case CIC_RETURNS -> cicIsAway(false);
      case RETENTION -> retention();
    };
  }

  private interface Step {
    boolean happens();
  }

  private boolean several(int most, Step step) {
    boolean any = false;
    for (int n = 1 + random.nextInt(most); n > 0 && step.happens(); n--) {
      any = true;
    }
    return any;
  }

  private boolean some(int most, Predicate<SimulatedDispatcher> step) {
    List<SimulatedDispatcher> living = living();
    if (living.isEmpty()) {
      return false;
    }
    SimulatedDispatcher one = living.get(random.nextInt(living.size()));
    return several(most, () -> step.test(one));
  }

  private List<SimulatedDispatcher> living() {
    leavers.removeIf(leaver -> {
      if (leaver.hasLeft()) {
        leaver.end();
      }
      return leaver.hasLeft();
    });
    List<SimulatedDispatcher> living = new ArrayList<>(zombies);
    living.addAll(leavers);
    if (holder != null) {
      living.add(holder);
    }
    return living;
  }

  private String device() {
    return DEVICES.get(random.nextInt(DEVICES.size()));
  }

  private long passing() {
    return switch (random.nextInt(40)) {
      case 0 -> 1_000 + random.nextInt(4_000);
      case 1 -> random.nextInt(20_000);
      default -> random.nextInt(200);
    };
  }

  private boolean speak() {
    Speaker.Said said = speakers.get(random.nextInt(speakers.size())).speak(random);
    count("says " + said.what());
    said.record()
        .ifPresent(record -> {
          int gap = random.nextInt(20) == 0 ? 1 + random.nextInt(3) : 0;
          if (gap > 0) {
            count("speech gap");
          }
          Entry<SpeechRecord> entry = speech.append(record, now, gap);
          if (record instanceof SpeechRecord.Begin) {
            if (accepted.putIfAbsent(record.turn(), entry.offset()) != null) {
              repeatedAt.put(record.turn(), entry.offset());
              commit.ifPresent(last -> mayComeAgain(last.offset()));
            }
          }
          trace("speech@" + entry.offset() + " " + said.what() + " " + record.turn().message());
        });
    return true;
  }

  private boolean commit(@Nullable SimulatedDispatcher owner) {
    if (owner == null) {
      return false;
    }
    Commit next = owner.committable();
    if (plant == Plant.COMMITS_ALL_THAT_WAS_READ) {
      next = new Commit(owner.position(), next.ledger());
    }
    if (random.nextInt(25) == 0) {
      count("metadata dropped");
      next = new Commit(next.offset(), Optional.empty());
    }
    commit = Optional.of(next);
    trace(owner.id + " commits " + next);
    long offset = next.offset();
    mayComeAgain(offset);
    accepted.forEach((turn, begin) -> {
      if (begin < offset && !counts.isClosed(turn) && !takenAway.contains(turn)) {
        violate("commit " + offset + " passes " + turn + ", which began at " + begin);
      }
    });
    return true;
  }

  private void mayComeAgain(long offset) {
    repeatedAt.forEach((turn, repeated) -> {
      if (accepted.getOrDefault(turn, 0L) < offset && offset <= repeated && comeAgain.add(turn)) {
        count("comes again");
      }
    });
  }

  private boolean assign() {
    if (holder != null) {
      return false;
    }
    dispatchers++;
    holder = new SimulatedDispatcher(this, "dispatcher-" + dispatchers, commit);
    trace(holder.id + " is assigned, from " + commit);
    return true;
  }

  private boolean revoke() {
    SimulatedDispatcher owner = holder;
    if (owner == null) {
      return false;
    }
    trace(owner.id + " is revoked");
    if (owner.revoked(() -> commit(owner))) {
      count("finishes turns");
      leavers.add(owner);
    } else {
      owner.end();
    }
    holder = null;
    return true;
  }

  /** Whether the partition is this dispatcher's, as Kafka sees it. */
  boolean holds(SimulatedDispatcher dispatcher) {
    return dispatcher == holder;
  }

  private boolean goes(String how, Consumer<SimulatedDispatcher> end) {
    SimulatedDispatcher owner = holder;
    if (owner == null) {
      return false;
    }
    trace(owner.id + " " + how);
    end.accept(owner);
    holder = null;
    return true;
  }

  /** It goes on as if it were still the owner. */
  private boolean stopUnseen() {
    SimulatedDispatcher owner = holder;
    if (owner == null || zombies.size() >= MOST_ZOMBIES) {
      return false;
    }
    trace(owner.id + " becomes a zombie");
    zombies.add(owner);
    holder = null;
    return true;
  }

  /** Just when it has a turn's close on its way, which may come much later. */
  private boolean leaverCrashes() {
    Optional<SimulatedDispatcher> leaver =
        leavers.stream().filter(SimulatedDispatcher::isClosing).findFirst();
    leaver.ifPresent(one -> {
      trace(one.id + " crashes while it leaves");
      leavers.remove(one);
      one.end();
    });
    return leaver.isPresent();
  }

  private boolean zombieEnds() {
    if (zombies.isEmpty()) {
      return false;
    }
    SimulatedDispatcher zombie = zombies.remove(random.nextInt(zombies.size()));
    trace(zombie.id + " learns that it is none");
    zombie.lost();
    return true;
  }

  private boolean strayLands() {
    LedgerRecord stray = strays.poll();
    if (stray != null) {
      append(stray);
    }
    return stray != null;
  }

  private boolean cicIsAway(boolean now) {
    boolean changes = cicIsAway != now;
    cicIsAway = now;
    return changes;
  }

  private boolean retention() {
    long bound = random.nextInt(4) == 0 ? speech.end() : commit.map(Commit::offset).orElse(0L);
    long offset = speech.start() + random.nextLong(Math.max(1, bound - speech.start() + 1));
    if (offset <= speech.start()) {
      return false;
    }
    speech.removeBefore(offset);
    trace("retention removes what stands before " + offset);
    accepted.forEach((turn, begin) -> {
      if (begin < offset && !counts.isClosed(turn)) {
        takenAway.add(turn);
      }
    });
    return true;
  }

  /** All faults end, one owner runs on, time passes, until nothing is left to do. */
  private void letGo() {
    trace("let go");
    cicIsAway = false;
    while (!zombies.isEmpty()) {
      zombieEnds();
    }
    if (random.nextBoolean()) {
      leavers.forEach(SimulatedDispatcher::end);
      leavers.clear();
    }
    while (strayLands()) {
      // One after the other.
    }
    assign();
    // The next record shows what is gone before it.
    TurnId other = new TurnId("another", "another-dialog", "another-turn");
    speech.append(new SpeechRecord.Cancel(other, "s1", 1), now, 0);
    SimulatedDispatcher owner = holder;
    DEVICES.forEach(router::comeBack);
    for (int round = 0; round < QUIET_LIMIT && owner != null; round++) {
      now += 100;
      living().forEach(this::goOn);
      if (leavers.isEmpty() && owner.isQuiet() && router.isQuiet()) {
        commit(owner);
        nothingIsLeftToDo();
        return;
      }
    }
    violate("no quiet after " + QUIET_LIMIT + " rounds");
  }

  /** Whoever comes next, dispatcher or router, finds everything done. */
  private void nothingIsLeftToDo() {
    SimulatedDispatcher next = new SimulatedDispatcher(this, "the-next", commit);
    holder = next;
    int before = ledger.history().size();
    List<Integer> told = DEVICES.stream().map(device -> router.told(device).size()).toList();
    router.restart();
    while (!next.isQuiet() || !router.isQuiet()) {
      now += 100;
      goOn(next);
    }
    for (Entry<LedgerRecord> entry : ledger.history().subList(before, ledger.history().size())) {
      if (!(entry.record() instanceof LedgerRecord.Owner)) {
        violate("when all was done the next owner wrote " + text(entry.record()));
      }
    }
    for (int i = 0; i < told.size(); i++) {
      var all = router.told(DEVICES.get(i));
      if (all.size() > told.get(i)) {
        violate("when all was done the next router told " + all.subList(told.get(i), all.size()));
      }
    }
  }

  private void goOn(SimulatedDispatcher one) {
    several(50, one::poll);
    several(50, one::land);
    several(50, one::read);
    several(50, one::follow);
    several(50, one::complete);
    several(20, one::answer);
    one.tick();
    router.tick();
    several(50, router::readNext);
    DEVICES.forEach(router::acknowledge);
    router.commit();
  }
}
