package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.DeviceLink;
import dev.parley.dispatcher.cic.EventCall;
import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.dispatcher.cic.Receiver;
import dev.parley.dispatcher.flow.Effect;
import dev.parley.dispatcher.flow.Input;
import dev.parley.dispatcher.flow.Input.AttemptOf;
import dev.parley.dispatcher.flow.PartitionFlow;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.LedgerSequence;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.ReplayReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One claim of a partition, from the ledger's word that it won until it is given up: does what its
 * {@link PartitionFlow} says, and tells it what comes of it. One thread at a time, the partition's:
 * calls to CIC, the ledger's writer and the readers have threads of their own and come back through
 * {@link PartitionDesk#post}.
 */
final class Tenure implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tenure.class);

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
  private final AttachmentLog attachments;
  private final PartitionFlow flow;
  private final LedgerSequence sequence = new LedgerSequence();
  private final Map<TurnId, EventCall> calls = new HashMap<>();

  /** The device that has been silent longest comes first. */
  private final Map<String, DeviceLink> links = new LinkedHashMap<>(16, 0.75f, true);

  private volatile boolean ended;
  private volatile int openTurns;
  private int devices;
  private volatile Standing standing;
  private long nextTickMillis;
  private long nextCheckMillis;
  private long lastWordsMillis;

  Tenure(TopicPartition partition, long owner, DispatcherParts parts, PartitionDesk desk) {
    this.partition = partition;
    this.parts = parts;
    this.desk = desk;
    this.attachments =
        new AttachmentLog(
            parts.config().topics().attachments(), partition.partition(), owner, parts.bulk());
    this.flow =
        new PartitionFlow(
            parts.config().limits(), parts.budget(), parts.circuit(), RandomGenerator.getDefault());
    this.standing = new Standing(partition.partition(), 0, 0, Optional.empty());
    parts.budget().began(this);
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
    links.values().forEach(DeviceLink::retire);
    lastWordsMillis = parts.clock().millis() + LAST_WORDS_MILLIS;
  }

  /** Whether nothing is left to finish after {@link #revoked}. */
  boolean isDone() {
    return openTurns == 0
        && (parts.clock().millis() >= lastWordsMillis
            || links.values().stream().allMatch(DeviceLink::isSilent));
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
    parts.budget().ended(this);
    countTurns(0);
    calls.values().forEach(EventCall::abort);
    calls.clear();
    links.values().forEach(DeviceLink::close);
    links.clear();
    countDevices(0);
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

  private void countDevices(int connected) {
    parts.budget().devices(connected - devices);
    devices = connected;
  }

  /** Hands an input to the flow; what an ended tenure asked for is void. Any thread. */
  private void post(Input input) {
    desk.post(() -> run(input));
  }

  /** The same on the thread of a reader, which is kept waiting while the partition is behind. */
  private void postWhenRoom(Input input) {
    try {
      desk.postWhenRoom(() -> run(input));
    } catch (InterruptedException e) {
      // The call is broken off, and nobody wants the rest of it.
      Thread.currentThread().interrupt();
    }
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Append append -> append(append.record());
      case Effect.Request request -> request(request);
      case Effect.Replay replay -> replay(replay);
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
      case Effect.ReadLedger read -> readLedger(read);
      case Effect.StartOver over -> desk.startOver(over.reason());
      case Effect.SetAside aside -> {
        parts.metrics().setAside(aside.reason());
        desk.setAside(aside.offset(), aside.reason());
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
        link(turn.device())
            .begin(
                turn, request.attempt(), request.metadata(), new Answers(turn, request.attempt())));
  }

  private DeviceLink link(String device) {
    DeviceLink link = links.get(device);
    if (link == null) {
      if (parts.budget().isFullOfDevices()) {
        dropTheMostSilent();
      }
      link = parts.cic().link(device, attachments, new Pushed(device));
      links.put(device, link);
      countDevices(links.size());
    }
    return link;
  }

  /** It gets its downchannel back with its next turn, and hears nothing until then. */
  private void dropTheMostSilent() {
    for (var entry : links.entrySet()) {
      if (!flow.hasOpenTurn(entry.getKey())) {
        entry.getValue().close();
        links.remove(entry.getKey());
        parts.metrics().deviceDropped();
        return;
      }
    }
  }

  private void replay(Effect.Replay replay) {
    long to = replay.to() == Effect.SPEECH_END ? ReplayReader.END : replay.to();
    desk.speech()
        .read(
            replay.turn().dialog().getBytes(StandardCharsets.UTF_8),
            replay.from(),
            to,
            new ReplayReader.Listener() {
              @Override
              public void record(ConsumerRecord<byte[], byte[]> record) {
                replayed(replay, record);
              }

              @Override
              public void done(long offset) {
                post(new Input.ReplayedTo(replay.turn(), replay.attempt(), offset));
              }

              @Override
              public void failed(Throwable cause) {
                readerFailed(cause);
              }
            });
  }

  /** On the reader's thread: what is of another turn of the dialog stays there. */
  private void replayed(Effect.Replay replay, ConsumerRecord<byte[], byte[]> record) {
    if (ended) {
      return;
    }
    try {
      SpeechRecord speech = SpeechRecord.parse(KafkaRecords.fromKafka(record));
      if (speech.turn().equals(replay.turn())) {
        int bytes = record.value() == null ? 0 : record.value().length;
        desk.awaitRoom(bytes);
        parts.metrics().replayed();
        desk.post(() -> {
          run(new Input.Replayed(replay.turn(), replay.attempt(), speech));
          desk.roomTaken(bytes);
        });
      }
    } catch (MalformedException e) {
      // Set aside when it was first read.
    }
  }

  /** What a reader's thread could not do costs this tenure. Any thread. */
  private void readerFailed(Throwable cause) {
    desk.post(() -> {
      throw new IllegalStateException("what a reader has read could not be taken", cause);
    });
  }

  private void readLedger(Effect.ReadLedger read) {
    long to = read.to() == Effect.LEDGER_END ? ReplayReader.END : read.to();
    desk.ledgerReader()
        .read(
            read.from(),
            to,
            new ReplayReader.Listener() {
              @Override
              public void record(ConsumerRecord<byte[], byte[]> record) {
                ledgerSeen(record).ifPresent(Tenure.this::post);
              }

              @Override
              public void done(long offset) {
                post(new Input.LedgerReadTo(offset));
              }

              @Override
              public void failed(Throwable cause) {
                readerFailed(cause);
              }
            });
  }

  private static Optional<Input> ledgerSeen(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.of(
          new Input.LedgerSeen(
              LedgerRecord.parse(KafkaRecords.fromKafka(record)),
              record.offset(),
              record.timestamp()));
    } catch (MalformedException e) {
      log.warn(
          "ledger record at {}-{}@{} can't be read and is passed over: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
      return Optional.empty();
    }
  }

  /** What a device's downchannel brings. */
  private final class Pushed implements Receiver {
    private final String device;

    Pushed(String device) {
      this.device = device;
    }

    @Override
    public void directive(Directive directive) {
      postWhenRoom(new Input.Pushed(device, directive));
    }

    @Override
    public void attachmentBegun(String name, String contentId, String contentType, long offset) {
      postWhenRoom(
          new Input.AttachmentBegun(
              device, Optional.empty(), name, contentId, contentType, offset));
    }

    @Override
    public void attachmentEnded(String name, long length, String sha256, boolean whole) {
      postWhenRoom(
          new Input.AttachmentEnded(device, Optional.empty(), name, length, sha256, whole));
    }

    @Override
    public void ignored(String reason) {
      log.info("device {}: a part of its downchannel was passed over: {}", device, reason);
      parts.metrics().ignoredPart();
    }
  }

  /** What becomes of one event request. */
  private final class Answers implements EventCall.Listener {
    private final TurnId turn;
    private final Attempt attempt;

    Answers(TurnId turn, Attempt attempt) {
      this.turn = turn;
      this.attempt = attempt;
    }

    @Override
    public void requested() {
      post(new Input.Requested(turn, attempt));
    }

    @Override
    public void uploaded() {
      post(new Input.Uploaded(turn, attempt));
    }

    @Override
    public void directive(Directive directive) {
      postWhenRoom(new Input.Answered(turn, attempt, directive));
    }

    @Override
    public void attachmentBegun(String name, String contentId, String contentType, long offset) {
      postWhenRoom(
          new Input.AttachmentBegun(
              turn.device(),
              Optional.of(new AttemptOf(turn, attempt)),
              name,
              contentId,
              contentType,
              offset));
    }

    @Override
    public void attachmentEnded(String name, long length, String sha256, boolean whole) {
      postWhenRoom(
          new Input.AttachmentEnded(
              turn.device(),
              Optional.of(new AttemptOf(turn, attempt)),
              name,
              length,
              sha256,
              whole));
    }

    @Override
    public void ignored(String reason) {
      log.info("turn {}: a part of its response was passed over: {}", turn, reason);
      parts.metrics().ignoredPart();
    }

    @Override
    public void ended(int status, Optional<Directive> error, long retryAfterMillis) {
      post(new Input.ResponseEnded(turn, attempt, status, error, retryAfterMillis));
    }

    @Override
    public void broken(Ending ending, String detail, boolean mayHeal) {
      post(new Input.Broken(turn, attempt, ending, detail, mayHeal));
    }
  }
}
