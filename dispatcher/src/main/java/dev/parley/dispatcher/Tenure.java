package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.EventCall;
import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.dispatcher.flow.Effect;
import dev.parley.dispatcher.flow.Input;
import dev.parley.dispatcher.flow.PartitionFlow;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.LedgerSequence;
import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.ReplayReader;
import java.time.Duration;
import java.util.HashMap;
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
  /**
   * A stalled stream holds up its connection's window, so it is not waited for as long as a turn
   * is.
   */
  private static final Duration STUCK = Duration.ofSeconds(1);

  /** Time passes not with every poll, of which there may be hundreds a second. */
  private static final long TICK_MILLIS = 10;

  /** For how long downchannels are read that nobody has turns on. */
  private static final long LAST_WORDS_MILLIS = 2_000;

  /** How often calls are looked at. */
  private static final long CHECK_MILLIS = 200;

  /** What a tenure needs of the partition that it is about. */
  interface PartitionDesk {
    /** Runs this on the partition's thread, in the order posted. Any thread. */
    void post(Runnable task);

    /** The same for readers of what CIC sends: waits while many of them wait already. */
    void postWhenRoom(Runnable task) throws InterruptedException;

    /** The tenure is void: the partition must be claimed anew. */
    void startOver(String reason);

    LogWriter ledger();

    /** Reads the speech of the partition again. */
    ReplayReader speech();

    /** Reads the ledger of the partition again. */
    ReplayReader ledgerReader();

    /** The record at this offset goes to the dead letters, and holds the commit until it has. */
    void setAside(long offset, String reason);

    /** Waits on a reader's thread until there is room in memory for so many bytes more. */
    void awaitRoom(int bytes);

    /** Bytes that waited for are in a turn's hands now. */
    void roomTaken(int bytes);
  }

  private final TopicPartition partition;
  private final DispatcherParts parts;
  private final PartitionDesk desk;
  private final PartitionFlow flow;
  private final Rereading rereading;
  private final LedgerSequence sequence = new LedgerSequence();
  private final Map<TurnId, EventCall> calls = new HashMap<>();

  private final DeviceLinks links;

  private volatile boolean ended;
  private volatile int openTurns;
  private volatile Standing standing;
  private final Supplier<Standing> told = this::standing;
  private long nextTickMillis;
  private long nextCheckMillis;
  private long lastWordsMillis;

  Tenure(TopicPartition partition, long owner, DispatcherParts parts, PartitionDesk desk) {
    this.partition = partition;
    this.parts = parts;
    this.desk = desk;
    AttachmentLog attachments =
        new AttachmentLog(
            parts.config().topics().attachments(), partition.partition(), owner, parts.bulk());
    this.links =
        new DeviceLinks(
            device ->
                parts
                    .cic()
                    .link(device, attachments, new PushedReceiver(device, this, parts.metrics())),
            parts.budget(),
            parts.metrics()::deviceDropped);
    this.flow =
        new PartitionFlow(
            parts.config().limits(), parts.budget(), parts.circuit(), RandomGenerator.getDefault());
    this.rereading = new Rereading(desk, this, this::run, parts.metrics());
    this.standing = new Standing(partition.partition(), 0, 0, Optional.empty());
    parts.budget().began(told);
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
      long held = 0;
      for (EventCall call : calls.values()) {
        call.checkProgress(STUCK);
        held += call.heldBytes();
      }
      standing =
          new Standing(partition.partition(), openTurns, held, flow.eldest().map(Tenure::openTurn));
    }
  }

  private static OpenTurn openTurn(Map.Entry<TurnId, Long> eldest) {
    return new OpenTurn(eldest.getKey(), eldest.getValue());
  }

  /**
   * The partition is taken away; what may be finished goes on until {@link #isDone}. Downchannels
   * are read on until CIC ends them, as it does when the next owner opens its own (C4), or for two
   * seconds: what CIC says in between would reach nobody.
   */
  void revoked() {
    run(new Input.Revoked(!links.isEmpty()));
    links.retire();
    lastWordsMillis = parts.clock().millis() + LAST_WORDS_MILLIS;
  }

  /** Whether nothing is left to finish after {@link #revoked}. */
  boolean isDone() {
    return openTurns == 0 && (parts.clock().millis() >= lastWordsMillis || links.areSilent());
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
    rereading.close();
    parts.budget().ended(told);
    countTurns(0);
    try {
      calls.values().forEach(EventCall::abort);
    } finally {
      calls.clear();
      links.close();
    }
  }

  void run(Input input) {
    if (ended) {
      return;
    }
    for (Effect effect : flow.apply(input, parts.clock().millis())) {
      perform(effect);
    }
    countTurns(flow.openTurns());
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
      desk.postWhenRoom(() -> run(input));
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
      case Effect.Append append -> append(append.record());
      case Effect.Request request -> request(request);
      case Effect.Replay replay -> rereading.replay(replay);
      case Effect.Send send -> send(send);
      case Effect.Finish finish -> call(finish.turn()).ifPresent(EventCall::finish);
      case Effect.Abort abort -> call(abort.turn()).ifPresent(EventCall::abort);
      case Effect.Leave leave ->
          Optional.ofNullable(calls.remove(leave.turn())).ifPresent(EventCall::abort);
      case Effect.Forget forget -> {
        calls.remove(forget.turn());
        parts.metrics().turnClosed(forget.closed());
        parts.closedTurns().closed(forget.closed());
      }
      case Effect.AskSpeechEnd ask ->
          parts
              .speechEnd()
              .ask(
                  partition,
                  offset -> post(new Input.SpeechEnd(ask.turn(), ask.attempt(), offset)));
      case Effect.ReadLedger read -> rereading.readLedger(read);
      case Effect.StartOver over -> desk.startOver(over.reason());
      case Effect.SetAside aside -> {
        parts.metrics().setAside(aside.reason());
        desk.setAside(aside.offset(), aside.text());
      }
      case Effect.PassedOver passed -> parts.metrics().passedOver(passed.reason());
    }
  }

  private Optional<EventCall> call(TurnId turn) {
    return Optional.ofNullable(calls.get(turn));
  }

  private void send(Effect.Send send) {
    EventCall call = calls.get(send.turn());
    if (call != null) {
      parts.metrics().chunkSent();
      if (!call.send(send.pcm())) {
        call.overflow();
      }
      HeldBytes held = parts.cic().held();
      if (held.isOver()) {
        held.shed();
      }
    }
  }

  private void append(LedgerRecord record) {
    long began = System.nanoTime();
    desk.ledger()
        .append(
            record.toRaw(sequence.next(record)),
            new LogWriter.Done() {
              @Override
              public void appended(long offset) {
                parts.metrics().appended(System.nanoTime() - began);
                post(new Input.Appended(record, offset));
              }

              @Override
              public void failed(Exception cause) {
                parts.metrics().appendFailed(cause);
                desk.post(() -> {
                  if (!ended) {
                    desk.startOver("the ledger can't be written: " + cause);
                  }
                });
              }
            });
  }

  private void request(Effect.Request request) {
    TurnId turn = request.turn();
    calls.put(
        turn,
        links
            .of(turn.device(), flow::hasOpenTurn)
            .begin(
                turn,
                request.attempt(),
                request.metadata(),
                new AttemptListener(turn, request.attempt(), this, parts.metrics())));
  }
}
