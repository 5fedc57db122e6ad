package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Effect;
import dev.parley.dispatcher.flow.Input;
import dev.parley.dispatcher.flow.LedgerView;
import dev.parley.dispatcher.flow.Moment;
import dev.parley.dispatcher.flow.PartitionFlow;
import dev.parley.protocol.TurnId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One claim of a partition, from the ledger's word that it won until it is given up: does what its
 * {@link PartitionFlow} says, and tells it what comes of it. One thread at a time, the partition's:
 * calls to CIC, the ledger's writer and the readers have threads of their own and come back through
 * {@link PartitionDesk#post}.
 */
final class Tenure implements Inbox, AutoCloseable {
  /** Time passes not with every poll, of which there may be hundreds a second. */
  private static final long TICK_MILLIS = 10;

  /** How often calls are looked at. */
  private static final long CHECK_MILLIS = 200;

  private final TopicPartition partition;
  private final long owner;
  private final DispatcherParts parts;
  private final PartitionDesk desk;
  private final PartitionFlow flow;
  private final Rereading rereading;
  private final ClaimLedger ledger;
  private final DeviceLinks links;
  private final DeviceMemory memory;
  private final Calls calls;

  private volatile boolean ended;
  private volatile int openTurns;
  private volatile Standing standing;
  private final Supplier<Standing> told = this::standing;
  private long nextTickMillis;
  private long nextCheckMillis;

  Tenure(TopicPartition partition, long owner, DispatcherParts parts, PartitionDesk desk) {
    this.partition = partition;
    this.owner = owner;
    this.parts = parts;
    this.desk = desk;
    AttachmentLog attachments =
        new AttachmentLog(
            parts.config().topics().attachments(),
            partition.partition(),
            owner,
            parts.bulk(),
            parts.gathering());
    this.links =
        new DeviceLinks(
            device ->
                parts
                    .cic()
                    .link(device, attachments, new PushedReceiver(device, this, parts.metrics())),
            parts.budget(),
            parts.metrics()::deviceDropped,
            this::remember,
            parts.clock());
    this.flow = new PartitionFlow(parts.config().limits(), RandomGenerator.getDefault());
    this.memory =
        new DeviceMemory(
            partition.partition(),
            links,
            device -> parts.config().credentials().of(device).isPresent(),
            flow::devicesOfLeavers,
            parts.holdsLease(),
            desk::post,
            parts.clock(),
            new DeviceLog(
                parts.config().topics().devices(),
                partition.partition(),
                parts.bulk(),
                parts.brokerClock(),
                desk::post));
    this.calls = new Calls(parts, links, this, flow::hasOpenTurn);
    this.ledger =
        new ClaimLedger(
            new TopicPartition(parts.config().topics().ledger(), partition.partition()),
            owner,
            parts,
            desk,
            this::run);
    this.rereading = new Rereading(desk, this, this::run, parts.metrics());
    this.standing = new Standing(partition.partition(), 0, 0, 0, Optional.empty());
    parts.budget().began(told);
  }

  /**
   * The ledger says that the claim has won.
   *
   * @param view what it says up to the claim
   * @param position offset of the speech record that comes next
   * @param speechEnd see {@link Input.TakenOver}
   */
  void takenOver(LedgerView view, long position, long speechEnd) {
    run(new Input.TakenOver(owner, view, position, speechEnd));
    ledger.follow(view.end());
    memory.recall(parts.devices(), view.claimedMillis());
  }

  private void remember(String device) {
    memory.remember(device);
  }

  /** What may be committed now. */
  OffsetAndMetadata commit() {
    return new OffsetAndMetadata(
        flow.commitPosition(), CommitMetadata.of(flow.ledgerPosition(), flow.ledgerOwner()));
  }

  /** Any thread. */
  int openTurns() {
    return openTurns;
  }

  /** How it stood lately. Any thread. */
  Standing standing() {
    return standing;
  }

  void tick() {
    long now = parts.clock().millis();
    if (now < nextTickMillis) {
      return;
    }
    nextTickMillis = now + TICK_MILLIS;
    run(new Input.Tick());
    if (now >= nextCheckMillis) {
      nextCheckMillis = now + CHECK_MILLIS;
      memory.tick();
      standing =
          new Standing(
              partition.partition(),
              openTurns,
              calls.check(),
              ledger.lagMillis(),
              flow.eldest().map(Tenure::openTurn));
    }
  }

  private static OpenTurn openTurn(Map.Entry<TurnId, Long> eldest) {
    return new OpenTurn(eldest.getKey(), eldest.getValue());
  }

  /**
   * The partition is taken away; what may be finished goes on until {@link #isDone}. Downchannels
   * are read on until CIC ends them, as it does when the next owner opens its own (C4), for as long
   * as the release lasts: what CIC says in between would reach nobody.
   */
  void revoked() {
    memory.close();
    run(new Input.Revoked(!links.isEmpty()));
    links.retire();
  }

  /** Whether nothing is left to finish after {@link #revoked}. */
  boolean isDone() {
    return openTurns == 0 && (!flow.mayListen() || links.areSilent());
  }

  /** The partition is another's already. */
  void lost() {
    run(new Input.Lost());
  }

  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    ledger.close();
    memory.close();
    rereading.close();
    parts.budget().ended(told);
    countTurns(0);
    try {
      calls.abortAll();
    } finally {
      links.close();
    }
  }

  void run(Input input) {
    if (ended) {
      return;
    }
    if (input instanceof Input.Pushed pushed) {
      links.inUse(pushed.device());
    }
    for (Effect effect : flow.apply(input, now())) {
      perform(effect);
    }
    countTurns(flow.openTurns());
  }

  private Moment now() {
    return new Moment(parts.clock().millis(), parts.circuit().now(), parts.budget().refusal());
  }

  private void countTurns(int open) {
    parts.budget().turns(open - openTurns);
    openTurns = open;
  }

  @Override
  public void post(Input input) {
    desk.post(() -> run(input));
  }

  @Override
  public void postWhenRoom(Input input) {
    try {
      desk.postWhenRoom(() -> run(input), HeapBytes.of(input));
    } catch (InterruptedException e) {
      // The call is broken off, and nobody wants the rest of it.
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void failed(Throwable cause) {
    desk.post(() -> {
      throw new IllegalStateException("what a reader has read could not be taken", cause);
    });
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Append append -> ledger.append(append.record());
      case Effect.Request request -> calls.begin(request);
      case Effect.Replay replay -> rereading.replay(replay);
      case Effect.Send send -> calls.send(send);
      case Effect.Finish finish -> calls.finish(finish.turn());
      case Effect.Abort abort -> calls.abort(abort.turn());
      case Effect.Leave leave -> calls.leave(leave.turn());
      case Effect.Forget forget -> {
        var _ = calls.forget(forget.turn());
        parts.metrics().turnClosed(forget.closed());
        parts.closedTurns().closed(forget.closed());
      }
      case Effect.TellCircuit tell -> parts.circuit().tell(tell.sign());
      case Effect.AskTrial ask -> {
        if (parts.circuit().admits(parts.clock().millis())) {
          post(new Input.Trial(ask.turn(), ask.attempt()));
        }
      }
      case Effect.AskSpeechEnd ask ->
          parts
              .logEnd()
              .ask(
                  partition,
                  offset -> post(new Input.SpeechEnd(ask.turn(), ask.attempt(), offset)));
      case Effect.AskSilence ask ->
          parts
              .logEnd()
              .ask(partition, offset -> post(new Input.SilenceEnd(offset, ask.askedMillis())));
      case Effect.AskLedgerEnd ask -> ledger.askEnd(ask.askedMillis());
      case Effect.StartOver over -> desk.startOver(over.reason());
      case Effect.SetAside aside -> {
        parts.metrics().setAside(aside.reason());
        desk.setAside(aside.offset(), aside.text());
      }
      case Effect.PassedOver passed -> parts.metrics().passedOver(passed.reason());
    }
  }
}
