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
import dev.parley.turnlog.OwnedPartition;
import dev.parley.turnlog.OwnerClaims;
import dev.parley.turnlog.PartitionOwner;
import dev.parley.turnlog.SteppedOwner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The partition in one dispatcher's hands: the real race for a claim, the real worker and the real
 * flow, with the edges' part played by hand. What has threads of its own in the dispatcher waits
 * here in queues, until the world lets it go on.
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

  private static final TopicPartition PARTITION = new TopicPartition("speech", 0);

  /** A commit: where to read on, and what stands beside it. */
  record Commit(long offset, Optional<LedgerPlace> ledger) {
    OffsetAndMetadata forKafka() {
      return new OffsetAndMetadata(
          offset, ledger.map(place -> place.from + " " + place.ownerBefore).orElse(""));
    }

    static Commit of(OffsetAndMetadata committed) {
      String[] place = committed.metadata().split(" ", -1);
      return new Commit(
          committed.offset(),
          place.length < 2
              ? Optional.empty()
              : Optional.of(new LedgerPlace(Long.parseLong(place[0]), Long.parseLong(place[1]))));
    }
  }

  /** The commit's metadata. */
  record LedgerPlace(long from, long ownerBefore) {}

  /** A record on its way to the ledger. */
  record Pending(LedgerRecord record, LongConsumer appended) {}

  final String id;
  private final World world;
  private final Deque<Pending> appends = new ArrayDeque<>();

  /** What other threads will do: read the ledger, read speech again, ask where it ends. */
  private final Deque<Runnable> reads = new ArrayDeque<>();

  private final Map<TurnId, SimulatedCall> calls = new LinkedHashMap<>();
  private Circuit circuit = Circuit.CLOSED;
  private Commit commit;
  private boolean leaving;

  /** Who works for it; null while the partition is being claimed. */
  private @Nullable Owner owner;

  SimulatedDispatcher(World world, String id, Optional<Commit> committed) {
    this.world = world;
    this.id = id;
    this.commit = committed.orElseGet(() -> new Commit(world.speech.start(), Optional.empty()));
    othersShow();
    reads.add(this::claim);
  }

  private Optional<Refusal> refusal() {
    return world.random.nextInt(REFUSED_ONE_IN) == 0
        ? Optional.of(new Refusal(Known.OVERLOADED, "there is no room for it now"))
        : Optional.empty();
  }

  /** Up to where speech was read. */
  long position() {
    return owner == null ? commit.offset : owner.fetched;
  }

  /** Whether nothing goes on here and nothing is left to do. */
  boolean isQuiet() {
    return owner != null
        && owner.flow.openTurns() == 0
        && !owner.life.isWaitedFor()
        && owner.commit().equals(owner.newestCommit())
        && appends.isEmpty()
        && reads.isEmpty()
        && owner.followed >= world.ledger.end()
        && owner.fetched >= world.speech.end();
  }

  // What the world makes happen; false where there was nothing to do.

  boolean poll() {
    return owner != null && !leaving && owner.poll();
  }

  boolean complete() {
    return owner != null && step(owner);
  }

  /** Its worker does one thing, and what is due. */
  private boolean step(Owner working) {
    boolean had = working.life.step();
    if (working.life.hasEnded() && owner == working) {
      commit = working.commit();
      owner = null;
      if (!leaving) {
        reads.add(this::claim);
      }
    }
    return had;
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
    return owner != null && owner.follow();
  }

  boolean answer() {
    List<SimulatedCall> open = calls.values().stream().filter(c -> !c.isOver()).toList();
    if (!open.isEmpty()) {
      open.get(world.random.nextInt(open.size())).step(world.random);
    }
    return !open.isEmpty();
  }

  boolean tick() {
    if (world.random.nextInt(OTHERS_SHOW_ONE_IN) == 0) {
      othersShow();
    }
    return complete();
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
    if (appends.isEmpty() || !(claiming || owner != null)) {
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
    } else if (owner != null) {
      owner.startsOver("the ledger can't be written");
    }
    return true;
  }

  /** What would be committed now; while the partition is being claimed, what was before. */
  Commit committable() {
    return owner == null ? commit : owner.commit();
  }

  /**
   * The partition goes in an orderly manner: what has happened is heard first, and some turns may
   * be finished.
   *
   * @return whether it goes on for these
   */
  boolean revoked(Runnable doCommit) {
    if (owner != null) {
      owner.life.revoke();
      step(owner);
    }
    doCommit.run();
    leaving = true;
    return !hasLeft();
  }

  /** Whether a turn's close is on its way to the ledger. */
  boolean isClosing() {
    return appends.stream().anyMatch(p -> p.record instanceof LedgerRecord.TurnClosed);
  }

  /** Whether nothing is left that it might finish. */
  boolean hasLeft() {
    return owner == null || owner.flow.openTurns() == 0;
  }

  void lost() {
    if (owner != null) {
      leaving = true;
      owner.life.lose();
      while (owner != null) {
        step(owner);
      }
    }
    end();
  }

  /** It is no more; what its producer still has may come later, or never. */
  void end() {
    calls.values().forEach(SimulatedCall::abort);
    calls.clear();
    reads.clear();
    int landing = world.random.nextInt(appends.size() + 1);
    for (Pending pending : appends) {
      if (landing-- > 0) {
        world.strays.add(pending.record);
      }
    }
    appends.clear();
    owner = null;
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
        owner = new Owner(race.number(), this::view, read, world.speech.end());
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

  /** What leads a claim's flow, and plays the edges' part; its worker is the real one. */
  private final class Owner implements PartitionOwner {
    final SteppedOwner life;
    final Recording recording = world.record(LIMITS);
    final PartitionFlow flow = recording.flow();

    /** What was read and may not have been worked on. */
    private final Map<Long, Entry<SpeechRecord>> read = new HashMap<>();

    /** Up to where speech is read. */
    private long fetched = commit.offset;

    /** Up to where the ledger is read that others write on. */
    private long followed;

    private @Nullable OwnedPartition partition;

    Owner(long number, Supplier<LedgerView> view, long ledgerEnd, long speechEnd) {
      this.followed = ledgerEnd;
      this.life =
          new SteppedOwner(
              PARTITION,
              commit.forKafka(),
              handed -> {
                partition = handed;
                return this;
              },
              () -> TimeUnit.MILLISECONDS.toNanos(world.now));
      run(() -> new Input.TakenOver(number, view.get(), commit.offset, speechEnd));
    }

    /** What its worker has published, which it does now and then. */
    Commit commit() {
      return Commit.of(life.commit());
    }

    Commit newestCommit() {
      return new Commit(
          flow.commitPosition(),
          Optional.of(new LedgerPlace(flow.ledgerPosition(), flow.ledgerOwner())));
    }

    boolean poll() {
      List<Entry<SpeechRecord>> next = world.speech.between(fetched, world.speech.end());
      if (next.isEmpty()) {
        fetched = world.speech.end(); // Past what is no record.
        return false;
      }
      List<Entry<SpeechRecord>> batch =
          next.subList(0, Math.min(next.size(), 1 + world.random.nextInt(3)));
      if (!life.offer(batch.stream().map(Owner::asRead).toList())) {
        return false;
      }
      batch.forEach(entry -> read.put(entry.offset(), entry));
      fetched = batch.getLast().offset() + 1;
      return true;
    }

    private static ConsumerRecord<byte[], byte[]> asRead(Entry<SpeechRecord> entry) {
      return new ConsumerRecord<>(
          PARTITION.topic(), PARTITION.partition(), entry.offset(), new byte[0], new byte[0]);
    }

    boolean follow() {
      if (followed >= world.ledger.end()) {
        return false;
      }
      long to = followed + 1 + world.random.nextLong(world.ledger.end() - followed);
      for (Entry<LedgerRecord> entry : world.ledger.between(followed, to)) {
        post(new Input.LedgerSeen(entry.record(), entry.offset(), entry.millis()));
      }
      post(new Input.LedgerReadTo(to));
      followed = to;
      return true;
    }

    /** From another thread. */
    void post(Input input) {
      handed().post(() -> run(input));
    }

    void startsOver(String reason) {
      handed().post(() -> startOver(reason));
    }

    void startOver(String reason) {
      world.count("starts over: " + reason.replaceAll("[0-9]+", "N"));
      world.trace(id + " starts over: " + reason);
      handed().startOver(reason);
    }

    private OwnedPartition handed() {
      return Objects.requireNonNull(partition);
    }

    private void run(Input input) {
      run(() -> input);
    }

    /** {@code input} makes the same one each time. */
    private void run(Supplier<Input> input) {
      for (Effect effect : recording.apply(input, new Moment(world.now, circuit, refusal()))) {
        perform(this, effect);
      }
    }

    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {
      Entry<SpeechRecord> entry = Objects.requireNonNull(read.remove(record.offset()));
      run(
          new Input.Speech(
              entry.offset(), entry.millis(), world.now - entry.millis(), entry.record()));
    }

    @Override
    public void unfit(ConsumerRecord<byte[], byte[]> record) {
      throw new IllegalStateException("nothing fails here");
    }

    @Override
    public void tick() {
      run(new Input.Tick());
    }

    @Override
    public long tickMillis() {
      return 20;
    }

    @Override
    public Optional<OffsetAndMetadata> committable() {
      return Optional.of(newestCommit().forKafka());
    }

    @Override
    public void revoked() {
      run(new Input.Revoked(false));
    }

    @Override
    public boolean isDone() {
      return flow.openTurns() == 0;
    }

    @Override
    public void lost() {
      run(new Input.Lost());
      calls.values().forEach(SimulatedCall::abort);
      calls.clear();
    }
  }

  // What the flow wants.

  private void perform(Owner asking, Effect effect) {
    switch (effect) {
      case Effect.Append append -> {
        Consumer<Input> answer = asking::post;
        appends.add(
            new Pending(
                append.record(),
                offset -> answer.accept(new Input.Appended(append.record(), offset))));
      }
      case Effect.Request request -> {
        SimulatedCall call =
            new SimulatedCall(
                request.turn(), request.attempt(), world.cicIsAway, world.random, asking::post);
        world.calls.add(call);
        calls.put(request.turn(), call);
        if (request.attempt().number() > 1) {
          world.count("tried again");
        }
      }
      case Effect.Replay replay -> {
        Consumer<Input> answer = asking::post;
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
          asking.post(new Input.Trial(ask.turn(), ask.attempt()));
        }
      }
      case Effect.AskSpeechEnd ask -> {
        if (world.random.nextInt(8) > 0) { // Else Kafka does not say.
          Consumer<Input> answer = asking::post;
          reads.add(() ->
              answer.accept(new Input.SpeechEnd(ask.turn(), ask.attempt(), world.speech.end())));
        }
      }
      case Effect.AskSilence ask -> {
        if (world.random.nextInt(8) > 0) {
          Consumer<Input> answer = asking::post;
          reads.add(
              () -> answer.accept(new Input.SilenceEnd(world.speech.end(), ask.askedMillis())));
        }
      }
      case Effect.AskLedgerEnd ask -> {
        if (world.random.nextInt(8) > 0) {
          Consumer<Input> answer = asking::post;
          reads.add(
              () -> answer.accept(new Input.LedgerEnd(world.ledger.end(), ask.askedMillis())));
        }
      }
      case Effect.StartOver over -> asking.startOver(over.reason());
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
