package dev.parley.trials.model;

import dev.parley.dispatcher.flow.Circuit;
import dev.parley.dispatcher.flow.ClaimRace;
import dev.parley.dispatcher.flow.Effect;
import dev.parley.dispatcher.flow.FlowLimits;
import dev.parley.dispatcher.flow.Input;
import dev.parley.dispatcher.flow.LedgerView;
import dev.parley.dispatcher.flow.Moment;
import dev.parley.dispatcher.flow.PartitionFlow;
import dev.parley.dispatcher.flow.Refusal;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.trials.model.OffsetLog.Entry;
import dev.parley.turnlog.OwnerClaims;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * The partition in one dispatcher's hands: the real flow, with the edges' part played by hand. What
 * has threads of its own in the dispatcher waits here in queues, until the world lets it go on.
 */
final class SimulatedDispatcher {
  private static final FlowLimits LIMITS =
      new FlowLimits(
          Duration.ofSeconds(3),
          Duration.ofSeconds(20),
          Duration.ofSeconds(4),
          Duration.ofSeconds(15),
          3,
          3,
          Duration.ofMillis(250),
          1_000,
          100,
          1_000);

  /** What one dispatcher can hold: one new turn in forty is refused. */
  private static final int REFUSED_ONE_IN = 40;

  /** How often another partition goes ahead to see whether CIC is back. */
  private static final int OTHERS_TRIAL_ONE_IN = 4;

  /** In how many ticks other partitions show what they know of CIC. */
  private static final int OTHERS_SHOW_ONE_IN = 2;

  /** A commit: where to read on, and what stands beside it. */
  record Commit(long offset, Optional<LedgerPlace> ledger) {}

  /** The commit's metadata. */
  record LedgerPlace(long from, long ownerBefore) {}

  /** A record on its way to the ledger. */
  record Pending(LedgerRecord record, LongConsumer appended) {}

  final String id;
  private final World world;
  private final Deque<Runnable> mailbox = new ArrayDeque<>();
  private final Deque<Pending> appends = new ArrayDeque<>();

  /** What other threads will do: read the ledger, read speech again, ask where it ends. */
  private final Deque<Runnable> reads = new ArrayDeque<>();

  private final Map<TurnId, SimulatedCall> calls = new LinkedHashMap<>();
  private Circuit circuit = Circuit.CLOSED;
  private Commit commit;
  private Recording recording;
  private PartitionFlow flow;
  private long position;

  /** Up to where the ledger is read that others write on. */
  private long followed;

  private boolean tookOver;
  private boolean leaving;

  SimulatedDispatcher(World world, String id, Optional<Commit> committed) {
    this.world = world;
    this.id = id;
    this.commit = committed.orElseGet(() -> new Commit(world.speech.start(), Optional.empty()));
    this.position = Math.max(commit.offset, world.speech.start());
    this.recording = world.record(LIMITS);
    this.flow = recording.flow();
    othersShow();
    reads.add(this::claim);
  }

  private Optional<Refusal> refusal() {
    return world.random.nextInt(REFUSED_ONE_IN) == 0
        ? Optional.of(new Refusal(Known.OVERLOADED, "there is no room for it now"))
        : Optional.empty();
  }

  long position() {
    return position;
  }

  /** Whether nothing goes on here and nothing is left to do. */
  boolean isQuiet() {
    return tookOver
        && flow.openTurns() == 0
        && mailbox.isEmpty()
        && appends.isEmpty()
        && reads.isEmpty()
        && followed >= world.ledger.end()
        && position >= world.speech.end();
  }

  // What the world makes happen; false where there was nothing to do.

  boolean poll() {
    if (!tookOver || leaving) {
      return false;
    }
    List<Entry<SpeechRecord>> next = world.speech.between(position, world.speech.end());
    if (next.isEmpty()) {
      position = world.speech.end(); // Past what is no record.
      return false;
    }
    Entry<SpeechRecord> entry = next.getFirst();
    position = entry.offset() + 1;
    run(
        new Input.Speech(
            entry.offset(), entry.millis(), world.now - entry.millis(), entry.record()));
    return true;
  }

  boolean complete() {
    Runnable completion = mailbox.poll();
    if (completion != null) {
      completion.run();
    }
    return completion != null;
  }

  boolean land() {
    if (leaving && world.leaversAreSlow && world.random.nextInt(8) > 0) {
      return false;
    }
    Pending pending = appends.poll();
    if (pending != null) {
      pending.appended.accept(world.append(pending.record));
    }
    return pending != null;
  }

  boolean read() {
    Runnable read = reads.poll();
    if (read != null) {
      read.run();
    }
    return read != null;
  }

  /** The next of what stands in the ledger is read. */
  boolean follow() {
    if (!tookOver || followed >= world.ledger.end()) {
      return false;
    }
    Consumer<Input> told = toFlow();
    long to = followed + 1 + world.random.nextLong(world.ledger.end() - followed);
    for (Entry<LedgerRecord> entry : world.ledger.between(followed, to)) {
      told.accept(new Input.LedgerSeen(entry.record(), entry.offset(), entry.millis()));
    }
    told.accept(new Input.LedgerReadTo(to));
    followed = to;
    return true;
  }

  boolean answer() {
    List<SimulatedCall> open = calls.values().stream().filter(c -> !c.isOver()).toList();
    if (!open.isEmpty()) {
      open.get(world.random.nextInt(open.size())).step(world.random);
    }
    return !open.isEmpty();
  }

  boolean tick() {
    if (tookOver) {
      if (world.random.nextInt(OTHERS_SHOW_ONE_IN) == 0) {
        othersShow();
      }
      run(new Input.Tick());
    }
    return tookOver;
  }

  /** What the turns of its other partitions show of CIC. */
  private void othersShow() {
    if (!world.cicIsAway) {
      circuit = circuit.after(new Circuit.Sign.Reached());
    }
    while (world.cicIsAway && !circuit.isOpen()) {
      circuit = circuit.after(new Circuit.Sign.Failed(world.now - world.random.nextInt(1_000)));
    }
  }

  /** The ledger's producer gives up what it holds; some of it was appended all the same. */
  boolean writeFails() {
    boolean claiming = appends.stream().anyMatch(p -> p.record instanceof LedgerRecord.Owner);
    if (appends.isEmpty() || !(claiming || tookOver)) {
      return false;
    }
    for (Pending pending : appends) {
      if (world.random.nextInt(3) == 0) {
        world.append(pending.record);
      }
    }
    appends.clear();
    if (claiming) {
      reads.add(this::claim);
    } else {
      PartitionFlow failed = flow;
      mailbox.add(() -> {
        if (flow == failed) {
          startOver("the ledger can't be written");
        }
      });
    }
    return true;
  }

  /** What would be committed now; while the partition is being claimed, what was before. */
  Commit committable() {
    if (tookOver && !leaving) {
      commit =
          new Commit(
              flow.commitPosition(),
              Optional.of(new LedgerPlace(flow.ledgerPosition(), flow.ledgerOwner())));
    }
    return commit;
  }

  /**
   * The partition goes in an orderly manner: what has happened is heard first, and some turns may
   * be finished.
   *
   * @return whether it goes on for these
   */
  boolean revoked(Runnable doCommit) {
    for (int n = mailbox.size(); n > 0; n--) {
      complete();
    }
    if (tookOver) {
      run(new Input.Revoked(false));
    }
    doCommit.run();
    leaving = true;
    return !hasLeft();
  }

  /** Whether nothing is left that it might finish. */
  boolean hasLeft() {
    return !tookOver || flow.openTurns() == 0;
  }

  void lost() {
    if (tookOver) {
      run(new Input.Lost());
    }
    end();
  }

  /** It is no more; what its producer still has may come later, or never. */
  void end() {
    calls.values().forEach(SimulatedCall::abort);
    calls.clear();
    mailbox.clear();
    reads.clear();
    int landing = world.random.nextInt(appends.size() + 1);
    for (Pending pending : appends) {
      if (landing-- > 0) {
        world.strays.add(pending.record);
      }
    }
    appends.clear();
    tookOver = false;
  }

  // The take-over, as on its own thread.

  private void claim() {
    if (!world.holds(this)) {
      reads.add(this::claim); // Without the lease nobody claims.
      return;
    }
    new Claim(commit.ledger.orElse(new LedgerPlace(0, 0))).next(world.ledger.end());
  }

  private final class Claim {
    private final LedgerPlace place;
    private final LedgerView view;
    private final ClaimRace race;
    private final List<Consumer<LedgerView>> said = new ArrayList<>();
    private long read;

    Claim(LedgerPlace place) {
      this.place = place;
      this.view = new LedgerView(place.from, place.ownerBefore);
      this.race = new ClaimRace(view, id);
      this.read = view.from();
    }

    /** Another view that was told the same. */
    LedgerView view() {
      LedgerView same = new LedgerView(place.from, place.ownerBefore);
      said.forEach(what -> what.accept(same));
      same.readTo(read);
      return same;
    }

    void next(long end) {
      readTo(end);
      appends.add(new Pending(race.next(), offset -> reads.add(() -> claimStands(offset))));
    }

    private void claimStands(long offset) {
      readTo(offset + 1);
      if (race.isWon()) {
        long speechEnd = world.speech.end();
        mailbox.add(() -> claimed(race.number(), this::view, read, speechEnd));
      } else {
        world.count("claim lost");
        next(read);
      }
    }

    private void readTo(long end) {
      for (Entry<LedgerRecord> entry : world.ledger.between(read, end)) {
        if (world.plant == Plant.BLIND_TAKE_OVER
            && !(entry.record() instanceof LedgerRecord.Owner)) {
          continue;
        }
        OwnerClaims.Seen seen = new OwnerClaims.Seen(entry.offset(), entry.millis(), world.now);
        race.read(entry.record(), seen);
        said.add(other -> other.apply(entry.record(), seen));
      }
      read = Math.max(read, end);
    }
  }

  private void claimed(long number, Supplier<LedgerView> view, long ledgerEnd, long speechEnd) {
    recording = world.record(LIMITS);
    flow = recording.flow();
    tookOver = true;
    long next = position;
    run(() -> new Input.TakenOver(number, view.get(), next, speechEnd));
    followed = ledgerEnd;
  }

  /** The tenure is void: everything begins again from the commit. */
  private void startOver(String reason) {
    if (!tookOver) {
      return;
    }
    world.count("starts over: " + reason.replaceAll("[0-9]+", "N"));
    world.trace(id + " starts over: " + reason);
    committable();
    run(new Input.Lost());
    tookOver = false;
    calls.values().forEach(SimulatedCall::abort);
    calls.clear();
    if (!leaving) {
      position = Math.max(commit.offset, world.speech.start());
      reads.add(this::claim);
    }
  }

  // What the flow wants.

  private void run(Input input) {
    run(() -> input);
  }

  /** {@code input} makes the same one each time. */
  private void run(Supplier<Input> input) {
    for (Effect effect : recording.apply(input, new Moment(world.now, circuit, refusal()))) {
      perform(effect);
    }
  }

  /** Hands inputs to the flow of now; what an ended tenure asked for is void. */
  private Consumer<Input> toFlow() {
    PartitionFlow asking = flow;
    return input ->
        mailbox.add(() -> {
          if (tookOver && flow == asking) {
            run(input);
          }
        });
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Append append -> {
        Consumer<Input> answer = toFlow();
        appends.add(
            new Pending(
                append.record(),
                offset -> answer.accept(new Input.Appended(append.record(), offset))));
      }
      case Effect.Request request -> {
        SimulatedCall call =
            new SimulatedCall(
                request.turn(), request.attempt(), world.cicIsAway, world.random, toFlow());
        world.calls.add(call);
        calls.put(request.turn(), call);
        if (request.attempt().number() > 1) {
          world.count("tried again");
        }
      }
      case Effect.Replay replay -> {
        Consumer<Input> answer = toFlow();
        reads.add(() -> replay(replay, answer));
      }
      case Effect.Send send -> of(send.turn()).ifPresent(call -> call.send(send.pcm()));
      case Effect.Finish finish -> of(finish.turn()).ifPresent(SimulatedCall::finish);
      case Effect.Abort abort -> of(abort.turn()).ifPresent(SimulatedCall::abort);
      case Effect.Leave leave ->
          Optional.ofNullable(calls.remove(leave.turn())).ifPresent(SimulatedCall::abort);
      case Effect.Forget forget -> calls.remove(forget.turn());
      case Effect.TellCircuit tell -> {
        world.count("shows of CIC: " + tell.sign().getClass().getSimpleName());
        circuit = circuit.after(tell.sign());
      }
      case Effect.AskTrial ask -> {
        circuit = circuit.tried(world.now);
        if (world.random.nextInt(OTHERS_TRIAL_ONE_IN) == 0) {
          world.count("another partition goes ahead to see");
        } else {
          world.count("goes ahead to see");
          toFlow().accept(new Input.Trial(ask.turn(), ask.attempt()));
        }
      }
      case Effect.AskSpeechEnd ask -> {
        if (world.random.nextInt(8) > 0) { // Else Kafka does not say.
          Consumer<Input> answer = toFlow();
          reads.add(() ->
              answer.accept(new Input.SpeechEnd(ask.turn(), ask.attempt(), world.speech.end())));
        }
      }
      case Effect.AskLedgerEnd ask -> {
        if (world.random.nextInt(8) > 0) {
          Consumer<Input> answer = toFlow();
          reads.add(
              () -> answer.accept(new Input.LedgerEnd(world.ledger.end(), ask.askedMillis())));
        }
      }
      case Effect.StartOver over -> startOver(over.reason());
      case Effect.SetAside aside -> world.count("set aside: " + aside.reason().word());
      case Effect.PassedOver passed -> world.count("passed over: " + passed.reason().word());
    }
  }

  private Optional<SimulatedCall> of(TurnId turn) {
    return Optional.ofNullable(calls.get(turn));
  }

  private void replay(Effect.Replay replay, Consumer<Input> answer) {
    long to = replay.to() == Effect.SPEECH_END ? world.speech.end() : replay.to();
    for (Entry<SpeechRecord> entry : world.speech.between(replay.from(), to)) {
      if (entry.record().turn().equals(replay.turn())) {
        answer.accept(new Input.Replayed(replay.turn(), replay.attempt(), entry.record()));
      }
    }
    answer.accept(new Input.ReplayedTo(replay.turn(), replay.attempt(), to));
  }
}
