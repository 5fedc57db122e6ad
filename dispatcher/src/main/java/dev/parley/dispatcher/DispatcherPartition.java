package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.DeviceLink;
import dev.parley.dispatcher.cic.EventCall;
import dev.parley.dispatcher.cic.Receiver;
import dev.parley.dispatcher.flow.Effect;
import dev.parley.dispatcher.flow.Input;
import dev.parley.dispatcher.flow.Input.AttemptOf;
import dev.parley.dispatcher.flow.LedgerView;
import dev.parley.dispatcher.flow.PartitionFlow;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.turnlog.DeadLetters;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.LogReader;
import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.OwnedPartition;
import dev.parley.turnlog.PartitionOwner;
import dev.parley.turnlog.ReplayReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One speech partition in this dispatcher's hands: carries inputs to the {@link PartitionFlow} and
 * does what it says. All methods run on the poll thread; calls to CIC, the ledger's writer and the
 * take-over have threads of their own and come back through {@link OwnedPartition#post}.
 */
final class DispatcherPartition implements PartitionOwner {
  private static final Logger log = LoggerFactory.getLogger(DispatcherPartition.class);
  private static final String LEDGER_OFFSET = "ledger=";
  private static final String OWNER = ",owner=";
  private static final Duration RETRY = Duration.ofSeconds(1);

  /**
   * A stalled stream holds up its connection's window, so it is not waited for as long as a turn
   * is.
   */
  private static final Duration STUCK = Duration.ofSeconds(1);

  private final OwnedPartition partition;
  private final DispatcherParts parts;
  private final LogWriter ledger;
  private final DeadLetters deadLetters;
  private final ReplayReader replays;
  private final Map<TurnId, EventCall> calls = new HashMap<>();
  private final Map<String, DeviceLink> links = new HashMap<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private PartitionFlow flow;
  private @Nullable AttachmentLog attachments;
  private @Nullable ConsumerRecord<byte[], byte[]> current;
  private boolean tookOver;
  private boolean draining;
  private @Nullable Thread takeOver;

  DispatcherPartition(OwnedPartition partition, DispatcherParts parts) {
    this.partition = partition;
    this.parts = parts;
    this.ledger =
        new LogWriter(
            parts.config().topics().ledger(), partition.id().partition(), parts.producer());
    this.deadLetters =
        new DeadLetters(
            parts.config().topics(), partition.id().partition(), parts.producer(), "dispatcher");
    this.replays =
        new ReplayReader(
            partition.id(),
            () ->
                parts
                    .config()
                    .kafka()
                    .reader(parts.id() + "-replay-" + partition.id().partition()));
    this.flow = newFlow();
    takeOver();
  }

  private PartitionFlow newFlow() {
    return new PartitionFlow(parts.config().limits(), RandomGenerator.getDefault());
  }

  @Override
  public void record(ConsumerRecord<byte[], byte[]> record) {
    current = record;
    run(read(record));
    current = null;
  }

  private Input read(ConsumerRecord<byte[], byte[]> record) {
    try {
      SpeechRecord speech = SpeechRecord.parse(KafkaRecords.fromKafka(record));
      if (DevicePartition.of(speech.turn().device(), parts.partitions()) != record.partition()) {
        return new Input.Unreadable(
            record.offset(), "misrouted: its device belongs to another partition");
      }
      return new Input.Speech(record.offset(), record.timestamp(), speech);
    } catch (MalformedException e) {
      return new Input.Unreadable(record.offset(), "unreadable: " + e.getMessage());
    }
  }

  @Override
  public void tick() {
    if (tookOver) {
      run(new Input.Tick());
      calls.values().forEach(call -> call.checkProgress(STUCK));
    }
  }

  @Override
  public Optional<OffsetAndMetadata> committable() {
    return tookOver
        ? Optional.of(
            new OffsetAndMetadata(
                flow.commitPosition(),
                LEDGER_OFFSET + flow.ledgerPosition() + OWNER + flow.ledgerOwner()))
        : Optional.empty();
  }

  @Override
  public void drain() {
    draining = true;
    if (tookOver) {
      run(new Input.Drain());
    }
  }

  @Override
  public boolean idle() {
    return !tookOver || flow.openTurns() == 0;
  }

  @Override
  public void revoked() {
    release();
  }

  @Override
  public void lost() {
    release();
  }

  private void release() {
    released.countDown();
    parts.metrics().turnsDropped(calls.size());
    calls.values().forEach(EventCall::abort);
    calls.clear();
    links.values().forEach(DeviceLink::close);
    links.clear();
    Thread claiming = takeOver;
    if (claiming != null) {
      claiming.interrupt();
    }
    replays.close();
    ledger.close();
    deadLetters.close();
  }

  /** Claims the partition in the ledger; no record flows until that is done. */
  private void takeOver() {
    partition.pause();
    Optional<OffsetAndMetadata> committed = partition.committed();
    takeOver = Thread.ofVirtual().name("take-over-" + partition.id()).start(() -> claim(committed));
  }

  private void claim(Optional<OffsetAndMetadata> committed) {
    TopicPartition id =
        new TopicPartition(parts.config().topics().ledger(), partition.id().partition());
    while (true) {
      long began = System.nanoTime();
      try (LogReader reader =
          new LogReader(
              parts.config().kafka().reader(parts.id() + "-take-over-" + id.partition()), id)) {
        TakeOver.Claimed claimed =
            new TakeOver(reader, parts.id(), this::appendOwner).claim(viewFrom(committed));
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
        log.info(
            "partition {}: taken over as owner {} in {} ms",
            id.partition(),
            claimed.owner(),
            millis);
        partition.post(() -> claimed(claimed.owner(), claimed.view()));
        return;
      } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
        return;
      } catch (Exception e) {
        log.warn("partition {}: take-over failed, trying again: {}", id.partition(), e.toString());
      }
      try {
        if (released.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private CompletableFuture<Long> appendOwner(LedgerRecord record) {
    CompletableFuture<Long> appended = new CompletableFuture<>();
    ledger.append(
        record.toRaw(),
        new LogWriter.Done() {
          @Override
          public void appended(long offset) {
            appended.complete(offset);
          }

          @Override
          public void failed(Exception cause) {
            appended.completeExceptionally(cause);
          }
        });
    return appended;
  }

  private void claimed(long owner, LedgerView view) {
    attachments =
        new AttachmentLog(
            parts.config().topics().attachments(),
            partition.id().partition(),
            owner,
            parts.producer());
    tookOver = true;
    run(new Input.TakenOver(owner, view, partition.position()));
    if (draining) {
      run(new Input.Drain());
    }
    partition.resume();
  }

  /**
   * The ledger can't be written: what it lacks can't be made up, so everything begins again from
   * the commit.
   */
  private void startOver(Exception cause) {
    if (!tookOver) {
      return;
    }
    log.error(
        "partition {}: the ledger can't be written ({}); its open turns begin again",
        partition.id().partition(),
        cause.toString());
    tookOver = false;
    parts.metrics().turnsDropped(calls.size());
    calls.values().forEach(EventCall::abort);
    calls.clear();
    links.values().forEach(DeviceLink::close);
    links.clear();
    partition.seek(flow.commitPosition());
    flow = newFlow();
    takeOver();
  }

  private void run(Input input) {
    for (Effect effect : flow.apply(input, parts.clock().millis())) {
      perform(effect);
    }
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Append append -> append(append.record());
      case Effect.Request request -> request(request);
      case Effect.Replay replay ->
          replays.read(
              replay.from(),
              replay.to(),
              new ReplayReader.Listener() {
                @Override
                public void record(ConsumerRecord<byte[], byte[]> record) {
                  replayed(replay, record);
                }

                @Override
                public void done() {
                  post(new Input.ReplayedTo(replay.turn(), replay.attempt(), replay.to()));
                }
              });
      case Effect.Send send -> {
        EventCall call = calls.get(send.turn());
        if (call != null) {
          parts.metrics().chunkSent();
          if (!call.send(send.pcm())) {
            call.overflow();
          }
        }
      }
      case Effect.Finish finish -> {
        EventCall call = calls.get(finish.turn());
        if (call != null) {
          call.finish();
        }
      }
      case Effect.Abort abort -> {
        EventCall call = calls.get(abort.turn());
        if (call != null) {
          call.abort();
        }
      }
      case Effect.Forget forget -> {
        calls.remove(forget.turn());
        parts.metrics().turnClosed(forget.closed());
        log.info(
            "turn {} closed: {} ({})",
            forget.turn(),
            forget.closed().status(),
            forget.closed().reason());
      }
      case Effect.AskSpeechEnd ask ->
          parts
              .speechEnd()
              .ask(
                  partition.id(),
                  offset -> post(new Input.SpeechEnd(ask.turn(), ask.attempt(), offset)));
      case Effect.SetAside aside -> {
        parts.metrics().setAside(aside.reason());
        if (current != null) {
          deadLetters.add(current, aside.reason());
        }
      }
      case Effect.PassedOver passed -> parts.metrics().passedOver(passed.reason());
    }
  }

  /** On the replay reader's thread: only the records of the turn come to the poll thread. */
  private void replayed(Effect.Replay replay, ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null
        || !new String(record.key(), StandardCharsets.UTF_8).equals(replay.turn().dialog())) {
      return;
    }
    try {
      SpeechRecord speech = SpeechRecord.parse(KafkaRecords.fromKafka(record));
      if (speech.turn().equals(replay.turn())) {
        post(new Input.Replayed(replay.turn(), replay.attempt(), speech));
      }
    } catch (MalformedException e) {
      // Set aside when it was first read.
    }
  }

  private void append(LedgerRecord record) {
    RawRecord raw = record.toRaw();
    ledger.append(
        raw,
        new LogWriter.Done() {
          @Override
          public void appended(long offset) {
            post(new Input.Appended(record, offset));
          }

          @Override
          public void failed(Exception cause) {
            partition.post(() -> startOver(cause));
          }
        });
  }

  private void request(Effect.Request request) {
    AttachmentLog store = attachments;
    if (store == null) {
      throw new IllegalStateException("a request before the partition was taken over");
    }
    String device = request.turn().device();
    DeviceLink link = links.computeIfAbsent(device, d -> parts.cic().link(d, store, new Pushed(d)));
    EventCall before =
        calls.put(
            request.turn(),
            link.begin(
                request.turn(),
                request.attempt(),
                request.metadata(),
                new Answers(request.turn(), request.attempt())));
    if (before == null) {
      parts.metrics().turnOpened();
    }
  }

  /** Hands an input to the flow that is in charge now; what an earlier one asked for is void. */
  private void post(Input input) {
    partition.post(() -> {
      if (tookOver) {
        run(input);
      }
    });
  }

  private static LedgerView viewFrom(Optional<OffsetAndMetadata> committed) {
    String metadata = committed.map(OffsetAndMetadata::metadata).orElse("");
    int comma = metadata.indexOf(OWNER);
    if (metadata.startsWith(LEDGER_OFFSET) && comma > 0) {
      try {
        return new LedgerView(
            Long.parseLong(metadata, LEDGER_OFFSET.length(), comma, 10),
            Long.parseLong(metadata, comma + OWNER.length(), metadata.length(), 10));
      } catch (NumberFormatException e) {
        // As if it were not there: reading the whole ledger is right, only slower.
      }
    }
    return new LedgerView(0);
  }

  /** What a device's downchannel brings. */
  private final class Pushed implements Receiver {
    private final String device;

    Pushed(String device) {
      this.device = device;
    }

    @Override
    public void directive(Directive directive) {
      post(new Input.Pushed(device, directive));
    }

    @Override
    public void attachmentBegun(String name, String contentId, String contentType, long offset) {
      post(
          new Input.AttachmentBegun(
              device, Optional.empty(), name, contentId, contentType, offset));
    }

    @Override
    public void attachmentEnded(String name, long length, String sha256, boolean whole) {
      post(new Input.AttachmentEnded(device, Optional.empty(), name, length, sha256, whole));
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
      post(new Input.Answered(turn, attempt, directive));
    }

    @Override
    public void attachmentBegun(String name, String contentId, String contentType, long offset) {
      post(
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
      post(
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
    public void broken(TurnStatus status, String reason, String detail, boolean mayHeal) {
      post(new Input.Broken(turn, attempt, status, reason, detail, mayHeal));
    }
  }
}
