package dev.parley.dispatcher.flow;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.turnlog.OwnerClaims;
import java.util.ArrayList;
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
 *      │         │  end, StopCapture   response ended   turn-closed acknowledged
 *      │         └───────────────────────► closing        cancel, barge-in, time-out, fault
 *      └──► waiting for another try, or for CIC to be reachable; or a former owner's for a while
 * </pre>
 *
 * A turn is settled only when its {@code turn-closed} is acknowledged, and that is appended only
 * after every earlier record of the attempt is: nothing that the ledger lacks is ever committed
 * over.
 */
public final class PartitionFlow {
  /** The longest that CIC may ask a turn to wait for another try. */
  private static final long MOST_WAIT_MILLIS = 10_000;

  private static final long CUT_LIMIT_MILLIS = 2_000;

  /** How often the ledger is looked into for what a former owner finishes. */
  private static final long LOOK_MILLIS = 250;

  /** How often speech is read on for turns that are finished though the partition is another's. */
  private static final long FOLLOW_MILLIS = 100;

  private final FlowLimits limits;
  private final Admission admission;
  private final Circuit circuit;
  private final RandomGenerator random;
  private final Effects effects = new Effects();
  private final Turns turns = new Turns();
  private final Deadlines deadlines = new Deadlines();
  private final LedgerOrder ledger = new LedgerOrder(effects);
  private final Reception reception =
      new Reception(turns, effects, of -> current(of.turn(), of.attempt()));
  private final Set<Turn> cutting = new LinkedHashSet<>();
  private LedgerView view = new LedgerView(0);
  private long owner;
  private long nextOffset;

  /** No turn that a former owner has met begins at this offset or behind it. */
  private long formerEnd;

  private long ownedSince;
  private long nextLook;
  private int formerOwners;
  private long leaveBy = Long.MAX_VALUE;
  private boolean isVoid;
  private long now;

  /**
   * A flow that waits for {@link Input.TakenOver}.
   *
   * @param admission asked for every turn that no dispatcher has begun yet
   * @param circuit shared by all partitions of a dispatcher
   * @param random for the jitter of retries
   */
  public PartitionFlow(
      FlowLimits limits, Admission admission, Circuit circuit, RandomGenerator random) {
    this.limits = limits;
    this.admission = admission;
    this.circuit = circuit;
    this.random = random;
  }

  /**
   * Takes an input.
   *
   * @param nowMillis epoch milliseconds; never less than the time before
   * @return what to do, in order
   */
  public List<Effect> apply(Input input, long nowMillis) {
    if (isVoid) {
      return List.of();
    }
    now = nowMillis;
    switch (input) {
      case Input.TakenOver t -> takenOver(t);
      case Input.Speech s -> speech(s);
      case Input.Unreadable u -> {
        nextOffset = u.offset() + 1;
        effects.add(new Effect.SetAside(u.offset(), u.reason()));
      }
      case Input.Appended a -> {
        ledger.appended(a);
        settle();
      }
      case Input.LedgerSeen l -> seen(l);
      case Input.LedgerReadTo l -> readTo(l.offset());
      case Input.SpeechEnd s ->
          current(s.turn(), s.attempt())
              .ifPresent(turn -> {
                turn.cut = s.offset();
                cutIfReached(turn, nextOffset);
              });
      case Input.Requested r -> current(r.turn(), r.attempt()).ifPresent(this::requested);
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
      case Input.AttachmentBegun a -> reception.attachmentBegun(a, now);
      case Input.AttachmentEnded a -> reception.attachmentEnded(a, now);
      case Input.Tick t -> tick();
      case Input.Revoked r -> revoked();
      case Input.Lost l -> turns.all().forEach(this::leave);
    }
    return effects.take();
  }

  /** The speech offset to commit; nothing that an open turn needs stands before it. */
  public long commitPosition() {
    return turns.lowestOffset(nextOffset);
  }

  /** The ledger offset that whoever takes over at {@link #commitPosition} must read from. */
  public long ledgerPosition() {
    if (commitPosition() < formerEnd) {
      // Turns of former owners may still be met again: all that was known of them is needed.
      return view.from();
    }
    return turns.eldest().map(turn -> turn.ledgerFrom).orElse(ledger.next());
  }

  /** The highest owner's number claimed before {@link #ledgerPosition}. */
  public long ledgerOwner() {
    return ledgerPosition() == view.from() ? view.ownerBefore() : owner;
  }

  /** How many turns are open. */
  public int openTurns() {
    return turns.size();
  }

  /** Whether a turn of this device is open. */
  public boolean hasOpenTurn(String device) {
    return !turns.ofDevice(device).isEmpty();
  }

  /** The turn that began first of those open, and when it reached Kafka, in epoch milliseconds. */
  public Optional<Map.Entry<TurnId, Long>> eldest() {
    return turns.eldest().map(turn -> Map.entry(turn.id, turn.appendedMillis));
  }

  /** The turn, if this attempt is still the one that counts. */
  private Optional<Turn> current(TurnId id, Attempt attempt) {
    Turn turn = turns.get(id);
    return turn == null
            || turn.isClosing()
            || turn.awaitsRetry()
            || turn.isFormerOwners()
            || !turn.attempt.equals(attempt)
        ? Optional.empty()
        : Optional.of(turn);
  }

  private void takenOver(Input.TakenOver t) {
    owner = t.owner();
    reception.own(owner);
    view = t.view();
    nextOffset = t.position();
    formerEnd = t.speechEnd();
    ownedSince = now;
    ledger.knownTo(view.end());
  }

  // ---------------------------------------------------------------------------- speech

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
            && !turn.isClosing()
            && !turn.isFormerOwners()
            && turn.source.equals(cancel.source())) {
          close(turn, TurnStatus.CANCELLED, "cancelled", "the device took the turn back");
        } else {
          passOver(cancel.turn());
        }
      }
    }
    if (!cutting.isEmpty()) {
      List.copyOf(cutting).forEach(turn -> cutIfReached(turn, nextOffset));
    }
  }

  private void begin(Input.Speech input, SpeechRecord.Begin begin) {
    TurnId id = begin.turn();
    if (turns.get(id) != null) {
      effects.add(new Effect.SetAside(input.offset(), "second-begin"));
      return;
    }
    if (turns.isSettled(id) || view.isClosed(id)) {
      effects.add(new Effect.PassedOver("closed-before"));
      return;
    }
    Optional<Admission.Refusal> refusal =
        view.isBegun(id) ? Optional.empty() : refusal(input.appendedMillis());
    Turn turn =
        new Turn(
            id,
            new Attempt(owner, 1),
            begin.source(),
            input.offset(),
            ledger.next(),
            input.appendedMillis(),
            now);
    turns.add(turn);
    if (view.isReleased(id)) {
      turn.formerUntilMillis = ownedSince + OwnerClaims.FINISHING_MILLIS;
      formerOwners++;
    } else if (refusal.isPresent()) {
      close(turn, TurnStatus.REFUSED, refusal.get().reason(), refusal.get().detail());
    } else if (mayBegin(turn)) {
      Optional<Event> event = eventOf(turn, begin);
      if (event.isPresent()) {
        supersede(turn);
        if (circuit.admits(now)) {
          request(turn, begin, event.get());
        } else {
          awaitReach(
              turn, new Turn.Unreachable(TurnStatus.FAILED, "cic-unreachable", "CIC is down"));
        }
      }
    }
    lookAgain(turn);
  }

  private Optional<Admission.Refusal> refusal(long appendedMillis) {
    if (now - appendedMillis > limits.beginAge().toMillis()) {
      return Optional.of(
          new Admission.Refusal(
              "expired",
              "it waited longer than " + limits.beginAge().toSeconds() + " s for a dispatcher"));
    }
    return admission.refusal();
  }

  /** Whether what former owners left of it allows another attempt; else the turn is closed. */
  private boolean mayBegin(Turn turn) {
    if (view.isAnswered(turn.id)) {
      close(
          turn,
          TurnStatus.INTERRUPTED,
          "interrupted",
          "its answer had begun when its dispatcher went away");
      return false;
    }
    int owners = view.ownersLost(turn.id);
    if (owners >= limits.owners()) {
      effects.add(new Effect.SetAside(turn.firstOffset, "poison"));
      close(
          turn,
          TurnStatus.POISON,
          "poison",
          owners + " dispatchers began this turn and were lost before its end");
      return false;
    }
    return true;
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
    effects.append(
        turn,
        new LedgerRecord.TurnBegun(
            turn.id, turn.attempt, event.header().fullName(), turn.firstOffset));
    turn.requested = true;
    turn.tries++;
    effects.add(new Effect.Request(turn.id, turn.attempt, begin.metadata()));
    if (!event.hasAudio()) {
      finish(turn);
    }
  }

  /** Barge-in: the device speaks anew, so what it was still saying counts no more. */
  private void supersede(Turn newer) {
    for (Turn turn : turns.ofDevice(newer.id.device())) {
      if (turn != newer && turn.isUploading()) {
        close(turn, TurnStatus.SUPERSEDED, "barge-in", "the device began another turn");
      }
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
    turn.lastSignMillis = now;
    if (turn.isReadAgain()) {
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
    boolean closed = turns.get(id) != null || turns.isSettled(id) || view.isClosed(id);
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
    if (turn.audioBytes + audio.pcm().length > limits.turnBytes()) {
      close(
          turn,
          TurnStatus.REFUSED,
          "too-long",
          "the turn has more audio than " + limits.turnBytes() / 1024 + " KiB");
      return;
    }
    if (turn.audioChunks++ == 0) {
      turn.time("firstAudio", now);
    }
    turn.audioBytes += audio.pcm().length;
    effects.add(new Effect.Send(turn.id, audio.pcm()));
  }

  private void finish(Turn turn) {
    cutting.remove(turn);
    if (turn.isUploading()) {
      turn.finished = true;
      effects.add(new Effect.Finish(turn.id));
      lookAgain(turn);
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
      lookAgain(turn);
    }
  }

  private void cutIfReached(Turn turn, long offset) {
    if (!turn.isReadAgain() && offset >= turn.cut) {
      finish(turn);
    }
  }

  // ---------------------------------------------------------------------------- CIC

  private void requested(Turn turn) {
    turn.time("requested", now);
    if (!isLeaving()) {
      circuit.succeeded();
    }
  }

  private void uploaded(Turn turn) {
    turn.uploaded = true;
    turn.time("sent", now);
    turn.lastSignMillis = now;
    effects.append(
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
    reception.answered(turn, directive);
    closeIfTooMany(turn);
  }

  private void pushed(Input.Pushed input) {
    Directive directive = input.directive();
    Optional<Turn> turn = reception.turnOf(input.device(), directive);
    turn.ifPresent(t -> t.lastSignMillis = now);
    if (directive instanceof Directive.StopCapture) {
      turn.ifPresent(this::stopCapture);
    }
    reception.pushed(input.device(), turn, directive);
    turn.ifPresent(this::closeIfTooMany);
  }

  private void closeIfTooMany(Turn turn) {
    if (turn.directives > limits.directives()) {
      close(
          turn,
          TurnStatus.FAILED,
          "too-many-directives",
          "CIC sent more than " + limits.directives() + " directives");
    }
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
    if (fault.reason().equals("cic-unreachable") && !turn.answered && !isLeaving()) {
      circuit.failed(now);
      if (turn.requested) {
        turn.tries--;
      }
      awaitReach(turn, new Turn.Unreachable(fault.status(), fault.reason(), fault.detail()));
      lookAgain(turn);
    } else if (!fault.mayHeal() || !retry(turn, 0)) {
      close(turn, fault.status(), fault.reason(), fault.detail());
    }
  }

  // ---------------------------------------------------------------------------- another try

  /**
   * Gives the turn another try, if it may have one: Kafka still holds all of it. Never once the
   * ledger holds a directive of a response, for the device would hear two attempts.
   */
  private boolean retry(Turn turn, long atLeastMillis) {
    if (turn.answered || turn.tries >= limits.tries() || atLeastMillis > MOST_WAIT_MILLIS) {
      return false;
    }
    if (isLeaving()) {
      leave(turn);
      return true;
    }
    long delay = jittered(limits.retryDelay().toMillis() << (turn.tries - 1));
    await(turn, now + Math.max(delay, atLeastMillis));
    return true;
  }

  /** Waits until CIC can be reached again; that costs no try, only time. */
  private void awaitReach(Turn turn, Turn.Unreachable why) {
    turn.unreachable = why;
    long soonest = circuit.isOpen() ? Math.max(now, circuit.trialAt()) : now;
    await(turn, soonest + jittered(limits.retryDelay().toMillis()));
  }

  private void await(Turn turn, long until) {
    cutting.remove(turn);
    if (turn.isUnderWay()) {
      effects.add(new Effect.Abort(turn.id));
    }
    turn.retryAtMillis = until;
    lookAgain(turn);
  }

  private long jittered(long millis) {
    return millis / 2 + random.nextLong(millis / 2 + 1);
  }

  private void tryAgain(Turn turn) {
    turn.startOver(new Attempt(owner, turn.attempt.number() + 1));
    turn.lastSignMillis = now;
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
    if (turn.requested && isLeaving()) {
      readOn(turn, offset);
      return;
    }
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
      cutIfReached(turn, nextOffset);
    }
  }

  // ---------------------------------------------------------------------------- the end

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
    boolean underWay = turn.isUnderWay();
    LedgerRecord.TurnClosed record = turn.close(status, reason, detail, now);
    if (underWay) {
      effects.add(new Effect.Abort(turn.id));
    }
    if (turn.unacknowledged == 0) {
      effects.add(new Effect.Append(record));
    }
  }

  /** Takes acknowledgements as far as all that stands before them in the ledger is known. */
  private void settle() {
    for (var next = ledger.counted(now); next.isPresent(); next = ledger.counted(now)) {
      LedgerRecord record = next.get().record();
      record.about().map(turns::get).ifPresent(turn -> acknowledged(turn, record));
    }
  }

  private void acknowledged(Turn turn, LedgerRecord record) {
    if (record instanceof LedgerRecord.TurnClosed done) {
      turns.settle(turn);
      effects.add(new Effect.Forget(turn.id, done));
      return;
    }
    turn.unacknowledged--;
    LedgerRecord.TurnClosed closed = turn.closed;
    if (turn.unacknowledged == 0 && closed != null) {
      effects.add(new Effect.Append(closed));
    }
  }

  // ---------------------------------------------------------------------------- other owners

  /**
   * Somebody else's record: a claim above ours voids all we do; a former owner may finish turns.
   */
  private void seen(Input.LedgerSeen input) {
    LedgerRecord record = input.record();
    long by = record.attempt().owner();
    if (by == owner) {
      return;
    }
    if (by > owner && !isLeaving()) {
      isVoid = true;
      effects.add(new Effect.StartOver("owner " + by + " has claimed the partition"));
      return;
    }
    view.apply(record, input.offset(), input.appendedMillis());
    if (record instanceof LedgerRecord.TurnClosed closed && view.isClosed(closed.turn())) {
      Turn turn = turns.get(closed.turn());
      if (turn != null && turn.isFormerOwners()) {
        formerOwners--;
        turns.settle(turn);
        effects.add(new Effect.Leave(turn.id));
      }
    }
  }

  private void readTo(long offset) {
    long asked = ledger.readTo(offset);
    settle();
    if (formerOwners > 0) {
      for (Turn turn : turns.all()) {
        if (turn.isFormerOwners() && turn.formerUntilMillis <= asked) {
          takeBack(turn);
        }
      }
    }
  }

  /** The former owner's time is up, and what it wrote in it has been read. */
  private void takeBack(Turn turn) {
    formerOwners--;
    turn.formerUntilMillis = Turn.NEVER;
    if (mayBegin(turn)) {
      tryAgain(turn);
    }
    lookAgain(turn);
  }

  private boolean isLeaving() {
    return leaveBy != Long.MAX_VALUE;
  }

  /**
   * The next owner begins anew what was still being spoken, and never hears of what CIC has all of
   * or has begun to answer: that is finished here.
   */
  private void revoked() {
    leaveBy = now + OwnerClaims.FINISHING_MILLIS;
    ledger.trust();
    boolean hadTurns = turns.size() > 0;
    List<TurnId> finishing = new ArrayList<>();
    for (Turn turn : turns.all()) {
      if (turn.isClosing()
          || (turn.requested && !turn.awaitsRetry() && (turn.answered || turn.finished))) {
        finishing.add(turn.id);
      } else {
        leave(turn);
      }
    }
    if (hadTurns) {
      release(finishing);
    }
    for (Turn turn : turns.all()) {
      if (turn.isUploading() && !turn.replaying) {
        turn.replaying = true;
        readOn(turn, nextOffset);
      }
    }
  }

  /** Also without turns to finish: the next owner sees that we were not lost over the others. */
  private void release(List<TurnId> finishing) {
    int from = 0;
    do {
      int to = Math.min(finishing.size(), from + LedgerRecord.Release.MAX_FINISHING);
      effects.add(
          new Effect.Append(
              new LedgerRecord.Release(new Attempt(owner, 0), finishing.subList(from, to))));
      from = to;
    } while (from < finishing.size());
  }

  /** Answered before it was sent: what is still being spoken is read on without owning it. */
  private void readOn(Turn turn, long offset) {
    if (turn.isUploading()) {
      if (offset >= turn.cut && turn.cut != Turn.UNCUT) {
        finish(turn);
      } else {
        turn.followFrom = offset;
        deadlines.lookAt(turn, now + FOLLOW_MILLIS);
      }
    }
  }

  private void leave(Turn turn) {
    cutting.remove(turn);
    turns.leave(turn);
    effects.add(new Effect.Leave(turn.id));
  }

  // ---------------------------------------------------------------------------- time

  private void tick() {
    if (isLeaving()) {
      if (now >= leaveBy) {
        turns.all().forEach(this::leave);
      }
    } else if (formerOwners > 0 && now >= nextLook && !ledger.isReading()) {
      nextLook = now + LOOK_MILLIS;
      ledger.readToEnd(now);
    }
    for (var due = deadlines.next(now); due.isPresent(); due = deadlines.next(now)) {
      Turn turn = due.get();
      if (turns.get(turn.id) == turn) {
        look(turn);
        lookAgain(turn);
      }
    }
  }

  private void look(Turn turn) {
    if (turn.followFrom != Turn.UNCUT) {
      effects.add(new Effect.Replay(turn.id, turn.attempt, turn.followFrom, Effect.SPEECH_END));
      turn.followFrom = Turn.UNCUT;
    }
    if (now < deadline(turn)) {
      return;
    }
    if (turn.awaitsRetry()) {
      tryAgainIfReachable(turn);
    } else if (!turn.isUploading()) {
      close(
          turn,
          TurnStatus.TIMED_OUT,
          "response-timeout",
          "CIC sent nothing for " + limits.response().toSeconds() + " s");
    } else if (now >= turn.lastSignMillis + limits.idle().toMillis()) {
      close(
          turn,
          TurnStatus.TIMED_OUT,
          "idle-timeout",
          "neither audio nor end came for " + limits.idle().toSeconds() + " s");
    } else if (now >= turn.time("begun") + limits.upload().toMillis()) {
      close(
          turn,
          TurnStatus.TIMED_OUT,
          "upload-timeout",
          "the turn was still being spoken after " + limits.upload().toSeconds() + " s");
    } else {
      finish(turn);
    }
  }

  private void tryAgainIfReachable(Turn turn) {
    Turn.Unreachable why = turn.unreachable;
    if (why != null && now - turn.appendedMillis > limits.beginAge().toMillis()) {
      close(turn, why.status(), why.reason(), why.detail());
    } else if (circuit.admits(now)) {
      tryAgain(turn);
    } else {
      turn.retryAtMillis = circuit.trialAt() + jittered(limits.retryDelay().toMillis());
    }
  }

  private void lookAgain(Turn turn) {
    if (!turn.isClosing() && !turn.isFormerOwners()) {
      deadlines.lookAt(turn, Math.max(deadline(turn), now + 1));
    }
  }

  /** When something is to be done about it, if nothing is heard of it until then. */
  private long deadline(Turn turn) {
    if (turn.isClosing() || turn.isFormerOwners()) {
      return Long.MAX_VALUE;
    }
    if (turn.awaitsRetry()) {
      return turn.retryAtMillis;
    }
    if (!turn.isUploading()) {
      return turn.lastSignMillis + limits.response().toMillis();
    }
    long deadline =
        Math.min(
            turn.lastSignMillis + limits.idle().toMillis(),
            turn.time("begun") + limits.upload().toMillis());
    return turn.cut != Turn.UNCUT && !turn.replaying
        ? Math.min(deadline, turn.time("stopCapture") + CUT_LIMIT_MILLIS)
        : deadline;
  }
}
