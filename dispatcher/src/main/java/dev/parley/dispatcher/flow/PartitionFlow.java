package dev.parley.dispatcher.flow;

import dev.parley.dispatcher.flow.Input.AttemptOf;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.turnlog.OpenTurns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The life of the turns of one partition, from the record that begins one to the ledger's word that
 * it is closed. Pure: {@link #apply} takes what happened and when, and says what to do. One thread.
 *
 * <pre>
 *   begin ──► uploading ──► sent ──► closing ──► settled
 *                │  end, StopCapture   response ended   turn-closed acknowledged
 *                └───────────────────────► closing        cancel, barge-in, time-out, fault
 * </pre>
 *
 * A turn is settled only when its {@code turn-closed} is acknowledged, and that is appended only
 * after every earlier record of the attempt is: nothing that the ledger lacks is ever committed
 * over.
 */
public final class PartitionFlow {
  private static final long TICK_MILLIS = 50;

  /** The longest that CIC may ask a turn to wait for another try. */
  private static final long MOST_WAIT_MILLIS = 10_000;

  private static final long CUT_LIMIT_MILLIS = 2_000;

  private final FlowLimits limits;
  private final RandomGenerator random;
  private final Map<TurnId, Turn> turns = new HashMap<>();
  private final Map<String, List<Turn>> byDevice = new HashMap<>();
  private final Set<Turn> cutting = new LinkedHashSet<>();
  private final OpenTurns<TurnId> open = new OpenTurns<>();
  private final RecentTurns settled = new RecentTurns();
  private LedgerView view = new LedgerView(0);
  private long owner;
  private long nextOffset;
  private long ledgerNext;
  private int ownSeq;
  private long nextTickMillis;
  private boolean draining;
  private List<Effect> effects = new ArrayList<>();
  private long now;

  /**
   * A flow that waits for {@link Input.TakenOver}.
   *
   * @param random for the jitter of retries
   */
  public PartitionFlow(FlowLimits limits, RandomGenerator random) {
    this.limits = limits;
    this.random = random;
  }

  /**
   * Takes an input.
   *
   * @param nowMillis epoch milliseconds; never less than the time before
   * @return what to do, in order
   */
  public List<Effect> apply(Input input, long nowMillis) {
    now = nowMillis;
    switch (input) {
      case Input.TakenOver t -> takenOver(t);
      case Input.Speech s -> speech(s);
      case Input.Unreadable u -> {
        nextOffset = u.offset() + 1;
        effects.add(new Effect.SetAside(u.offset(), u.reason()));
      }
      case Input.Appended a -> appended(a);
      case Input.SpeechEnd s ->
          current(s.turn(), s.attempt())
              .ifPresent(turn -> {
                turn.cut = s.offset();
                cutIfReached(turn);
              });
      case Input.Requested r ->
          current(r.turn(), r.attempt()).ifPresent(turn -> turn.time("requested", now));
      case Input.Uploaded u -> current(u.turn(), u.attempt()).ifPresent(this::uploaded);
      case Input.Answered a ->
          current(a.turn(), a.attempt()).ifPresent(turn -> answered(turn, a.directive()));
      case Input.ResponseEnded r ->
          current(r.turn(), r.attempt()).ifPresent(turn -> responseEnded(turn, r));
      case Input.Broken b -> current(b.turn(), b.attempt()).ifPresent(turn -> broken(turn, b));
      case Input.Replayed r ->
          current(r.turn(), r.attempt()).ifPresent(turn -> replayed(turn, r.record()));
      case Input.ReplayedTo r ->
          current(r.turn(), r.attempt()).ifPresent(turn -> replayedTo(turn, r.offset()));
      case Input.Pushed p -> pushed(p);
      case Input.AttachmentBegun a -> attachmentBegun(a);
      case Input.AttachmentEnded a -> attachmentEnded(a);
      case Input.Tick t -> tick();
      case Input.Drain d -> draining = true;
    }
    List<Effect> result = effects;
    if (!result.isEmpty()) {
      effects = new ArrayList<>();
    }
    return result;
  }

  /** The speech offset to commit; nothing that an open turn needs stands before it. */
  public long commitPosition() {
    return open.commitPosition(nextOffset);
  }

  /** The ledger offset that whoever takes over at {@link #commitPosition} must read from. */
  public long ledgerPosition() {
    if (commitPosition() <= view.horizon()) {
      // Turns of former owners may still be met again: all that was known of them is needed.
      return view.from();
    }
    return open.eldest().map(id -> turn(id).ledgerFrom).orElse(ledgerNext);
  }

  /** The highest owner's number claimed before {@link #ledgerPosition}. */
  public long ledgerOwner() {
    return ledgerPosition() == view.from() ? view.ownerBefore() : owner;
  }

  /** How many turns are open, those not counted that are left to the next owner. */
  public int openTurns() {
    return (int) turns.values().stream().filter(turn -> !turn.deferred).count();
  }

  /** When the eldest open turn began, in epoch milliseconds, and which one it is. */
  public Optional<Map.Entry<TurnId, Long>> eldest() {
    return open.eldest().map(id -> Map.entry(id, turn(id).time("begun")));
  }

  private List<Turn> ofDevice(String device) {
    return byDevice.getOrDefault(device, List.of());
  }

  private Turn turn(TurnId id) {
    Turn turn = turns.get(id);
    if (turn == null) {
      throw new IllegalStateException("open but unknown: " + id);
    }
    return turn;
  }

  /** The turn, if this attempt is still the one that counts. */
  private Optional<Turn> current(TurnId id, Attempt attempt) {
    Turn turn = turns.get(id);
    return turn == null || turn.isClosing() || turn.awaitsRetry() || !turn.attempt.equals(attempt)
        ? Optional.empty()
        : Optional.of(turn);
  }

  private void takenOver(Input.TakenOver t) {
    owner = t.owner();
    view = t.view();
    nextOffset = t.position();
    ledgerNext = Math.max(ledgerNext, view.from());
  }

  private void speech(Input.Speech input) {
    nextOffset = input.offset() + 1;
    switch (input.record()) {
      case SpeechRecord.Begin begin -> begin(input, begin);
      case SpeechRecord.Audio audio -> {
        Turn turn = expected(input);
        if (turn != null) {
          audio(turn, audio);
        }
      }
      case SpeechRecord.End end -> {
        Turn turn = expected(input);
        if (turn != null) {
          finish(turn);
        }
      }
      case SpeechRecord.Cancel cancel -> {
        Turn turn = turns.get(cancel.turn());
        if (turn != null
            && !turn.deferred
            && !turn.isClosing()
            && turn.source.equals(cancel.source())) {
          close(turn, TurnStatus.CANCELLED, "cancelled", "the device took the turn back");
        } else {
          passOver(cancel.turn());
        }
      }
    }
    if (!cutting.isEmpty()) {
      List.copyOf(cutting).forEach(this::cutIfReached);
    }
  }

  private void begin(Input.Speech input, SpeechRecord.Begin begin) {
    TurnId id = begin.turn();
    if (turns.containsKey(id)) {
      effects.add(new Effect.SetAside(input.offset(), "second-begin"));
      return;
    }
    if (settled.contains(id) || view.isClosed(id)) {
      effects.add(new Effect.PassedOver("closed-before"));
      return;
    }
    int before = view.timesBegun(id);
    Turn turn =
        new Turn(
            id, new Attempt(owner, 1), begin.source(), input.offset(), ledgerNext, draining, now);
    turns.put(id, turn);
    byDevice.computeIfAbsent(id.device(), device -> new ArrayList<>(1)).add(turn);
    open.opened(id, input.offset());
    if (turn.deferred) {
      return;
    }
    if (view.isAnswered(id)) {
      close(
          turn,
          TurnStatus.INTERRUPTED,
          "interrupted",
          "its answer had begun when its dispatcher went away");
      return;
    }
    if (before >= limits.attempts()) {
      effects.add(new Effect.SetAside(input.offset(), "poison"));
      close(
          turn,
          TurnStatus.POISON,
          "poison",
          before + " dispatchers began this turn and none came to its end");
      return;
    }
    if (before == 0 && now - input.appendedMillis() > limits.beginAge().toMillis()) {
      close(
          turn,
          TurnStatus.REFUSED,
          "expired",
          "it waited longer than " + limits.beginAge().toSeconds() + " s for a dispatcher");
      return;
    }
    Optional<Event> event = eventOf(turn, begin);
    if (event.isPresent()) {
      supersede(turn);
      request(turn, begin, event.get());
    }
  }

  /** The event of a begin; empty when it is no good, which closes the turn. */
  private Optional<Event> eventOf(Turn turn, SpeechRecord.Begin begin) {
    try {
      return Optional.of(begin.event());
    } catch (MalformedException e) {
      effects.add(new Effect.SetAside(turn.firstOffset, "bad-metadata: " + e.getMessage()));
      close(turn, TurnStatus.REFUSED, "bad-metadata", e.getMessage());
      return Optional.empty();
    }
  }

  private void request(Turn turn, SpeechRecord.Begin begin, Event event) {
    append(
        turn,
        new LedgerRecord.TurnBegun(
            turn.id, turn.attempt, event.header().fullName(), turn.firstOffset));
    turn.requested = true;
    effects.add(new Effect.Request(turn.id, turn.attempt, begin.metadata()));
    if (!event.hasAudio()) {
      finish(turn);
    }
  }

  /** Barge-in: the device speaks anew, so what it was still saying counts no more. */
  private void supersede(Turn newer) {
    List<Turn> older =
        ofDevice(newer.id.device()).stream().filter(t -> t != newer && t.isUploading()).toList();
    for (Turn turn : older) {
      close(turn, TurnStatus.SUPERSEDED, "barge-in", "the device began another turn");
    }
  }

  /** The open turn of this record if it is the record that comes next in it. */
  private @Nullable Turn expected(Input.Speech input) {
    SpeechRecord record = input.record();
    Turn turn = turns.get(record.turn());
    if (turn == null || turn.isClosing()) {
      passOver(record.turn());
      return null;
    }
    if (!turn.source.equals(record.source())) {
      effects.add(new Effect.SetAside(input.offset(), "foreign-source"));
      return null;
    }
    if (turn.deferred) {
      return null;
    }
    turn.lastSignMillis = now;
    if (turn.replaying || turn.awaitsRetry()) {
      // Read again when the replay gets there.
      turn.lastLive = input.offset();
      return null;
    }
    return inOrder(turn, record) ? turn : null;
  }

  private boolean inOrder(Turn turn, SpeechRecord record) {
    if (record.seq() < turn.nextSeq) {
      effects.add(new Effect.PassedOver("repeated"));
      return false;
    }
    if (turn.finished) {
      effects.add(new Effect.PassedOver("after-stop"));
      return false;
    }
    if (record.seq() > turn.nextSeq) {
      close(
          turn,
          TurnStatus.FAILED,
          "gap",
          "record " + turn.nextSeq + " of the turn is missing, record " + record.seq() + " came");
      return false;
    }
    turn.nextSeq++;
    return true;
  }

  private void passOver(TurnId id) {
    boolean closed = turns.containsKey(id) || settled.contains(id) || view.isClosed(id);
    effects.add(new Effect.PassedOver(closed ? "after-close" : "no-begin"));
  }

  private void audio(Turn turn, SpeechRecord.Audio audio) {
    if (!turn.replaying
        && turn.cut != Turn.UNCUT
        && turn.cut != Turn.CUT_ASKED
        && nextOffset > turn.cut) {
      effects.add(new Effect.PassedOver("after-stop"));
      return;
    }
    turn.time("firstAudio", now);
    turn.audioChunks++;
    turn.audioBytes += audio.pcm().length;
    effects.add(new Effect.Send(turn.id, audio.pcm()));
  }

  private void finish(Turn turn) {
    cutting.remove(turn);
    if (turn.isUploading()) {
      turn.finished = true;
      effects.add(new Effect.Finish(turn.id));
    }
  }

  /**
   * Everything that was published before StopCapture got here still goes out; so the end of the
   * partition is asked for, and the upload ends when it is reached (C21).
   */
  private void stopCapture(Turn turn) {
    if (turn.isUploading() && turn.cut == Turn.UNCUT) {
      turn.time("stopCapture", now);
      turn.endedBy = UploadEnd.STOP_CAPTURE;
      turn.cut = Turn.CUT_ASKED;
      cutting.add(turn);
      effects.add(new Effect.AskSpeechEnd(turn.id, turn.attempt));
    }
  }

  private void cutIfReached(Turn turn) {
    if (!turn.replaying && !turn.awaitsRetry() && nextOffset >= turn.cut) {
      finish(turn);
    }
  }

  private void uploaded(Turn turn) {
    turn.uploaded = true;
    turn.time("sent", now);
    turn.lastSignMillis = now;
    append(
        turn,
        new LedgerRecord.TurnSent(
            turn.id, turn.attempt, turn.audioBytes, turn.audioChunks, turn.endedBy));
    closeIfComplete(turn);
  }

  private void answered(Turn turn, Directive directive) {
    turn.answered = true;
    turn.time("firstDirective", now);
    turn.lastSignMillis = now;
    if (directive instanceof Directive.StopCapture) {
      stopCapture(turn);
    }
    turn.directives++;
    append(
        turn,
        new LedgerRecord.DirectiveReceived(
            turn.id.device(),
            Optional.of(turn.id),
            turn.attempt,
            turn.received++,
            Channel.RESPONSE,
            directive.json()));
  }

  private void responseEnded(Turn turn, Input.ResponseEnded response) {
    int status = response.status();
    turn.responseEnded = true;
    turn.lastSignMillis = now;
    if (status != 200 && status != 204) {
      if (isPassing(status) && retry(turn, response.retryAfterMillis())) {
        return;
      }
      response.error().ifPresent(directive -> answered(turn, directive));
      close(turn, TurnStatus.REFUSED, "cic-" + status, "CIC answered with status " + status);
    } else if (status == 204 && !turn.uploaded && turn.endedBy == UploadEnd.END && !turn.finished) {
      close(
          turn,
          TurnStatus.FAILED,
          "answered-early",
          "CIC answered 204 before the turn was sent and without StopCapture");
    } else {
      closeIfComplete(turn);
    }
  }

  /** Whether a status says that another try may fare better (C40). */
  private static boolean isPassing(int status) {
    return status == 408 || status == 412 || status == 429 || (status >= 500 && status != 501);
  }

  private void broken(Turn turn, Input.Broken fault) {
    if (!fault.mayHeal() || !retry(turn, 0)) {
      close(turn, fault.status(), fault.reason(), fault.detail());
    }
  }

  /**
   * Gives the turn another try, if it may have one: Kafka still holds all of it. Never once the
   * ledger holds a directive of a response, for the device would hear two attempts.
   */
  private boolean retry(Turn turn, long atLeastMillis) {
    int tries = turn.attempt.number();
    if (turn.answered || tries >= limits.tries() || atLeastMillis > MOST_WAIT_MILLIS) {
      return false;
    }
    cutting.remove(turn);
    long delay = limits.retryDelay().toMillis() << (tries - 1);
    delay = delay / 2 + random.nextLong(delay / 2 + 1);
    if (turn.requested && !(turn.uploaded && turn.responseEnded)) {
      effects.add(new Effect.Abort(turn.id));
    }
    if (draining) {
      turn.deferred = true;
    } else {
      turn.retryAtMillis = now + Math.max(delay, atLeastMillis);
    }
    return true;
  }

  private void tryAgain(Turn turn) {
    turn.startOver(new Attempt(owner, turn.attempt.number() + 1));
    effects.add(new Effect.Replay(turn.id, turn.attempt, turn.firstOffset, nextOffset));
  }

  private void replayed(Turn turn, SpeechRecord record) {
    if (!turn.source.equals(record.source())) {
      return;
    }
    turn.lastSignMillis = now;
    switch (record) {
      case SpeechRecord.Begin begin -> {
        if (!turn.requested) {
          eventOf(turn, begin).ifPresent(event -> request(turn, begin, event));
        }
      }
      case SpeechRecord.Audio audio -> {
        if (turn.requested && inOrder(turn, record)) {
          audio(turn, audio);
        }
      }
      case SpeechRecord.End end -> {
        if (turn.requested && inOrder(turn, record)) {
          finish(turn);
        }
      }
      case SpeechRecord.Cancel cancel -> {}
    }
  }

  /**
   * The seam: live records go on where the replay ends, or the replay goes on to where they are.
   */
  private void replayedTo(Turn turn, long offset) {
    if (turn.lastLive >= offset) {
      effects.add(new Effect.Replay(turn.id, turn.attempt, offset, nextOffset));
      return;
    }
    turn.replaying = false;
    if (!turn.requested) {
      close(
          turn,
          TurnStatus.FAILED,
          "speech-gone",
          "Kafka no longer holds the turn: its retention is too short for another try");
    } else if (turn.cut != Turn.UNCUT && turn.isUploading()) {
      cutIfReached(turn);
    }
  }

  private void closeIfComplete(Turn turn) {
    if (turn.uploaded && turn.responseEnded) {
      close(turn, TurnStatus.OK, "answered", "CIC took the whole turn and answered");
    }
  }

  private void close(Turn turn, TurnStatus status, String reason, String detail) {
    if (turn.isClosing()) {
      return;
    }
    cutting.remove(turn);
    LedgerRecord.TurnClosed record = turn.close(status, reason, detail, now);
    if (turn.requested && !turn.awaitsRetry() && !(turn.uploaded && turn.responseEnded)) {
      effects.add(new Effect.Abort(turn.id));
    }
    if (turn.unacknowledged == 0) {
      effects.add(new Effect.Append(record));
    }
  }

  private void append(Turn turn, LedgerRecord record) {
    turn.unacknowledged++;
    effects.add(new Effect.Append(record));
  }

  private void appended(Input.Appended input) {
    ledgerNext = Math.max(ledgerNext, input.offset() + 1);
    Turn turn = input.record().about().map(turns::get).orElse(null);
    if (turn == null) {
      return;
    }
    LedgerRecord.TurnClosed closed = turn.closed;
    if (input.record() instanceof LedgerRecord.TurnClosed done) {
      turns.remove(turn.id);
      byDevice.computeIfPresent(
          turn.id.device(),
          (device, list) -> {
            list.remove(turn);
            return list.isEmpty() ? null : list;
          });
      open.settled(turn.id);
      settled.add(turn.id);
      effects.add(new Effect.Forget(turn.id, done));
      return;
    }
    turn.unacknowledged--;
    if (turn.unacknowledged == 0 && closed != null) {
      effects.add(new Effect.Append(closed));
    }
  }

  private void pushed(Input.Pushed input) {
    Directive directive = input.directive();
    Optional<Turn> turn = turnOf(input.device(), directive);
    turn.ifPresent(t -> t.lastSignMillis = now);
    if (directive instanceof Directive.StopCapture) {
      turn.ifPresent(this::stopCapture);
    }
    turn.ifPresent(t -> t.directives++);
    received(
        turn,
        seq ->
            new LedgerRecord.DirectiveReceived(
                input.device(),
                turn.map(t -> t.id),
                attemptOf(turn),
                seq,
                Channel.DOWNCHANNEL,
                directive.json()));
  }

  /**
   * The open turn that a downchannel directive is about: by its dialog, or, for StopCapture without
   * one, the one that is being spoken.
   */
  private Optional<Turn> turnOf(String device, Directive directive) {
    Optional<String> dialog = directive.header().dialogRequestId();
    if (dialog.isEmpty() && !directive.isCaptureControl()) {
      return Optional.empty();
    }
    return ofDevice(device).stream()
        .filter(t -> !t.deferred && !t.isClosing())
        .filter(t -> dialog.isPresent() ? dialog.get().equals(t.id.dialog()) : t.isUploading())
        .reduce((earlier, later) -> later.time("begun") >= earlier.time("begun") ? later : earlier);
  }

  private void attachmentBegun(Input.AttachmentBegun a) {
    Optional<Turn> turn = bearer(a.from());
    if (a.from().isPresent() && turn.isEmpty()) {
      return;
    }
    turn.ifPresent(t -> t.lastSignMillis = now);
    turn.ifPresent(t -> t.attachments++);
    received(
        turn,
        seq ->
            new LedgerRecord.AttachmentBegun(
                a.device(),
                turn.map(t -> t.id),
                attemptOf(turn),
                seq,
                a.channel(),
                a.attachment(),
                a.contentId(),
                a.contentType(),
                a.offset()));
  }

  private void attachmentEnded(Input.AttachmentEnded a) {
    Optional<Turn> turn = bearer(a.from());
    if (a.from().isPresent() && turn.isEmpty()) {
      return;
    }
    turn.ifPresent(t -> t.lastSignMillis = now);
    received(
        turn,
        seq ->
            new LedgerRecord.AttachmentEnded(
                a.device(),
                turn.map(t -> t.id),
                attemptOf(turn),
                seq,
                a.channel(),
                a.attachment(),
                a.length(),
                a.sha256(),
                a.whole()));
  }

  private Optional<Turn> bearer(Optional<AttemptOf> from) {
    return from.flatMap(f -> current(f.turn(), f.attempt()));
  }

  private Attempt attemptOf(Optional<Turn> turn) {
    return turn.map(t -> t.attempt).orElse(new Attempt(owner, 0));
  }

  @FunctionalInterface
  private interface WithSeq {
    LedgerRecord at(int seq);
  }

  private void received(Optional<Turn> turn, WithSeq record) {
    if (turn.isPresent()) {
      append(turn.get(), record.at(turn.get().received++));
    } else {
      effects.add(new Effect.Append(record.at(ownSeq++)));
    }
  }

  private void tick() {
    if (now < nextTickMillis) {
      return;
    }
    nextTickMillis = now + TICK_MILLIS;
    for (Turn turn : List.copyOf(turns.values())) {
      if (turn.deferred || turn.isClosing()) {
        continue;
      }
      if (turn.awaitsRetry()) {
        if (now >= turn.retryAtMillis) {
          tryAgain(turn);
        }
        continue;
      }
      long silent = now - turn.lastSignMillis;
      if (turn.isUploading()) {
        if (turn.cut != Turn.UNCUT
            && !turn.replaying
            && now - turn.time("stopCapture") > CUT_LIMIT_MILLIS) {
          finish(turn);
        } else if (silent > limits.idle().toMillis()) {
          close(
              turn,
              TurnStatus.TIMED_OUT,
              "idle-timeout",
              "neither audio nor end came for " + limits.idle().toSeconds() + " s");
        } else if (now - turn.time("begun") > limits.upload().toMillis()) {
          close(
              turn,
              TurnStatus.TIMED_OUT,
              "upload-timeout",
              "the turn was still being spoken after " + limits.upload().toSeconds() + " s");
        }
      } else if (silent > limits.response().toMillis()) {
        close(
            turn,
            TurnStatus.TIMED_OUT,
            "response-timeout",
            "CIC sent nothing for " + limits.response().toSeconds() + " s");
      }
    }
  }
}
