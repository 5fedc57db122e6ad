package dev.parley.dispatcher.flow;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.OwnerClaims;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
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
  /** How often the ledger is looked into for what a former owner finishes. */
  private static final long LOOK_MILLIS = 250;

  private final FlowState s;
  private final Admission admission;
  private final Circuit circuit;
  private final LedgerOrder ledger;
  private final Reception reception;
  private final Uploads uploads;
  private final Tries tries;
  private final Answers answers;
  private LedgerView view = new LedgerView(0);

  /** Begun by former owners and not met yet, by where their speech begins. */
  private NavigableMap<Long, TurnId> toBeMet = new TreeMap<>();

  /** No turn that a former owner has met begins at this offset or behind it. */
  private long formerEnd;

  private long nextLook;
  private int formerOwners;
  private boolean isPaused;
  private boolean isVoid;

  /**
   * A flow that waits for {@link Input.TakenOver}.
   *
   * @param admission asked for every turn that no dispatcher has begun yet
   * @param circuit shared by all partitions of a dispatcher
   * @param random for the jitter of retries
   */
  public PartitionFlow(
      FlowLimits limits, Admission admission, Circuit circuit, RandomGenerator random) {
    this.s = new FlowState(limits);
    this.admission = admission;
    this.circuit = circuit;
    this.ledger = new LedgerOrder(s.effects);
    this.reception = new Reception(s.turns, s.effects, of -> current(of.turn(), of.attempt()));
    this.uploads = new Uploads(s);
    this.tries = new Tries(s, circuit, random, uploads);
    this.answers = new Answers(s, circuit, reception, uploads, tries);
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
    s.now = nowMillis;
    switch (input) {
      case Input.TakenOver t -> takenOver(t);
      case Input.Speech i -> speech(i);
      case Input.Unreadable u -> unreadable(u);
      case Input.Appended a -> {
        stands(a.record());
        ledger.appended(a);
        settle();
      }
      case Input.LedgerSeen l -> seen(l);
      case Input.LedgerReadTo l -> readTo(l.offset());
      case Input.SpeechEnd e ->
          current(e.turn(), e.attempt())
              .ifPresent(turn -> {
                turn.cut = e.offset();
                uploads.cutIfReached(turn, s.nextOffset);
              });
      case Input.Requested r -> current(r.turn(), r.attempt()).ifPresent(answers::requested);
      case Input.Uploaded u -> current(u.turn(), u.attempt()).ifPresent(answers::uploaded);
      case Input.Answered a ->
          current(a.turn(), a.attempt()).ifPresent(turn -> answers.answered(turn, a.directive()));
      case Input.ResponseEnded r ->
          current(r.turn(), r.attempt()).ifPresent(turn -> answers.responseEnded(turn, r));
      case Input.Broken b ->
          current(b.turn(), b.attempt()).ifPresent(turn -> answers.broken(turn, b));
      case Input.Replayed r ->
          current(r.turn(), r.attempt()).ifPresent(turn -> tries.replayed(turn, r.record()));
      case Input.ReplayedTo r ->
          current(r.turn(), r.attempt()).ifPresent(turn -> tries.replayedTo(turn, r.offset()));
      case Input.Pushed p -> answers.pushed(p);
      case Input.AttachmentBegun a -> reception.attachmentBegun(a, s.now);
      case Input.AttachmentEnded a -> reception.attachmentEnded(a, s.now);
      case Input.Paused p -> isPaused = true;
      case Input.Resumed r -> {
        isPaused = false;
        s.turns.all().forEach(turn -> turn.lastSignMillis = s.now);
      }
      case Input.Tick t -> tick();
      case Input.Revoked r -> revoked(r.listens());
      case Input.Lost l -> s.turns.all().forEach(s::leave);
    }
    return s.effects.take();
  }

  /** The speech offset to commit; nothing that an open turn needs stands before it. */
  public long commitPosition() {
    return s.turns.lowestOffset(s.nextOffset);
  }

  /** The ledger offset that whoever takes over at {@link #commitPosition} must read from. */
  public long ledgerPosition() {
    if (commitPosition() < formerEnd) {
      // Turns of former owners may still be met again: all that was known of them is needed.
      return view.from();
    }
    return Math.min(unpinned(), view.pin().orElse(Long.MAX_VALUE));
  }

  private long unpinned() {
    return s.turns.ledgerFrom(s.now, ledger.next());
  }

  /** The highest owner's number claimed before {@link #ledgerPosition}. */
  public long ledgerOwner() {
    long position = ledgerPosition();
    if (position == view.from()) {
      return view.ownerBefore();
    }
    return position < unpinned() ? view.ownerBeforePin() : s.owner;
  }

  /** How many turns are open. */
  public int openTurns() {
    return s.turns.size();
  }

  /** Whether a turn of this device is open. */
  public boolean hasOpenTurn(String device) {
    return !s.turns.ofDevice(device).isEmpty();
  }

  /** The turn that began first of those open, and when it reached Kafka, in epoch milliseconds. */
  public Optional<Map.Entry<TurnId, Long>> eldest() {
    return s.turns.eldest().map(turn -> Map.entry(turn.id, turn.appendedMillis));
  }

  /** The turn, if this attempt is still the one that counts. */
  private Optional<Turn> current(TurnId id, Attempt attempt) {
    Turn turn = s.turns.get(id);
    return turn == null
            || turn.isClosing()
            || turn.awaitsRetry()
            || turn.isFormerOwners
            || !turn.attempt.equals(attempt)
        ? Optional.empty()
        : Optional.of(turn);
  }

  private void takenOver(Input.TakenOver t) {
    s.owner = t.owner();
    reception.own(s.owner);
    view = t.view();
    toBeMet = view.unclosed();
    s.nextOffset = t.position();
    formerEnd = t.speechEnd();
    ledger.knownTo(view.end());
  }

  // ---------------------------------------------------------------------------- speech

  private void speech(Input.Speech input) {
    met(input.offset());
    switch (input.record()) {
      case SpeechRecord.Begin begin -> begin(input, begin);
      case SpeechRecord.Audio audio -> {
        Turn turn = expected(input);
        if (turn != null) {
          uploads.audio(turn, audio);
          answers.taking(turn);
        }
      }
      case SpeechRecord.End end -> {
        Turn turn = expected(input);
        if (turn != null) {
          uploads.finish(turn);
        }
      }
      case SpeechRecord.Cancel cancel -> {
        Turn turn = s.turns.get(cancel.turn());
        if (turn != null
            && !turn.isClosing()
            && !turn.isFormerOwners
            && turn.source.equals(cancel.source())) {
          s.close(turn, Known.CANCELLED);
        } else {
          passOver(cancel.turn());
        }
      }
    }
    uploads.cutWhatIsReached();
  }

  /** The record at this offset is read: what should have stood before it is gone. */
  private void met(long offset) {
    s.nextOffset = offset + 1;
    while (!toBeMet.isEmpty() && toBeMet.firstKey() <= offset) {
      var next = toBeMet.pollFirstEntry();
      if (next.getKey() < offset) {
        gone(next.getValue(), offset);
      }
    }
  }

  /**
   * Nobody will meet this turn again, so it is closed here; else its device would wait for ever.
   */
  private void gone(TurnId id, long offset) {
    if (s.turns.get(id) != null || s.turns.isSettled(id) || view.isClosed(id)) {
      return;
    }
    // Only what the view was read from tells of it: the next owner must read that too.
    Turn turn = new Turn(id, new Attempt(s.owner, 1), "", offset, view.from(), s.now, s.now);
    s.turns.add(turn);
    if (view.isNamed(id)) {
      leaveToFormerOwner(turn);
    } else if (view.isAnswered(id)) {
      interrupted(turn);
    } else {
      tries.speechGone(turn);
    }
  }

  /**
   * Without one of its records a turn can't go on; one that can't begin is closed, so that its
   * device hears of it.
   */
  private void unreadable(Input.Unreadable input) {
    met(input.offset());
    s.effects.add(new Effect.SetAside(input.offset(), input.reason()));
    Input.Unreadable.Of of = input.of().orElse(null);
    if (of == null) {
      return;
    }
    TurnId id = of.turn();
    Turn open = s.turns.get(id);
    if (open != null && !open.isFormerOwners) {
      s.close(open, of.ending());
    } else if (open == null && of.begins() && !s.turns.isSettled(id) && !view.isClosed(id)) {
      Turn turn =
          new Turn(
              id,
              new Attempt(s.owner, 1),
              "",
              input.offset(),
              ledger.next(),
              of.appendedMillis(),
              s.now);
      s.turns.add(turn);
      if (view.isNamed(id)) {
        leaveToFormerOwner(turn);
      } else {
        s.close(turn, of.ending());
      }
    }
  }

  private void leaveToFormerOwner(Turn turn) {
    turn.isFormerOwners = true;
    formerOwners++;
  }

  private void begin(Input.Speech input, SpeechRecord.Begin begin) {
    TurnId id = begin.turn();
    if (s.turns.get(id) != null) {
      s.effects.add(new Effect.SetAside(input.offset(), "second-begin"));
      return;
    }
    if (s.turns.isSettled(id) || view.isClosed(id)) {
      s.effects.add(new Effect.PassedOver("closed-before"));
      return;
    }
    Optional<Admission.Refusal> refusal =
        view.isBegun(id) ? Optional.empty() : refusal(input.appendedMillis());
    Turn turn =
        new Turn(
            id,
            new Attempt(s.owner, 1),
            begin.source(),
            input.offset(),
            ledger.next(),
            input.appendedMillis(),
            s.now);
    turn.time("heard", input.appendedMillis());
    s.turns.add(turn);
    if (view.isNamed(id)) {
      leaveToFormerOwner(turn);
    } else if (refusal.isPresent()) {
      s.close(turn, refusal.get().ending(), refusal.get().detail());
    } else if (mayBegin(turn)) {
      Optional<Event> event = uploads.eventOf(turn, begin);
      if (event.isPresent()) {
        supersede(turn);
        if (circuit.admits(s.now)) {
          uploads.request(turn, begin, event.get());
        } else {
          tries.awaitReach(turn, new Turn.Unreachable(Known.CIC_UNREACHABLE, "CIC is down"), 0);
        }
      }
    }
    s.lookAgain(turn);
  }

  private Optional<Admission.Refusal> refusal(long appendedMillis) {
    if (s.now - appendedMillis > s.limits.beginAge().toMillis()) {
      return Optional.of(
          new Admission.Refusal(
              Known.EXPIRED,
              "it waited longer than " + s.limits.beginAge().toSeconds() + " s for a dispatcher"));
    }
    return admission.refusal();
  }

  /** Whether what former owners left of it allows another attempt; else the turn is closed. */
  private boolean mayBegin(Turn turn) {
    if (view.isAnswered(turn.id)) {
      interrupted(turn);
      return false;
    }
    int owners = view.ownersLost(turn.id);
    if (owners >= s.limits.owners()) {
      s.effects.add(new Effect.SetAside(turn.firstOffset, "poison"));
      s.close(
          turn, Known.POISON, owners + " dispatchers began this turn and were lost before its end");
      return false;
    }
    return true;
  }

  private void interrupted(Turn turn) {
    s.close(turn, Known.INTERRUPTED);
  }

  /** Barge-in: the device speaks anew, so what it was still saying counts no more. */
  private void supersede(Turn newer) {
    for (Turn turn : s.turns.ofDevice(newer.id.device())) {
      if (turn != newer && turn.isUploading()) {
        s.close(turn, Known.BARGE_IN);
      }
    }
  }

  /** The open turn of this record if it is the record that comes next in it. */
  private @Nullable Turn expected(Input.Speech input) {
    SpeechRecord record = input.record();
    Turn turn = s.turns.get(record.turn());
    if (turn == null || turn.isClosing()) {
      passOver(record.turn());
      return null;
    }
    if (!turn.source.equals(record.source())) {
      s.effects.add(new Effect.SetAside(input.offset(), "foreign-source"));
      return null;
    }
    turn.lastSignMillis = s.now;
    if (turn.isReadAgain()) {
      // Read again when the replay gets there.
      turn.lastLive = input.offset();
      return null;
    }
    return uploads.inOrder(turn, record) ? turn : null;
  }

  private void passOver(TurnId id) {
    boolean closed = s.turns.get(id) != null || s.turns.isSettled(id) || view.isClosed(id);
    s.effects.add(new Effect.PassedOver(closed ? "after-close" : "no-begin"));
  }

  // ---------------------------------------------------------------------------- ledger

  /** A begin that stands in the ledger may be named, whether or not it counts already. */
  private void stands(LedgerRecord record) {
    if (record instanceof LedgerRecord.TurnBegun begun) {
      Turn turn = s.turns.get(begun.turn());
      if (turn != null) {
        turn.isBegun = true;
      }
    }
  }

  /** Takes acknowledgements as far as all that stands before them in the ledger is known. */
  private void settle() {
    for (var next = ledger.counted(s.now); next.isPresent(); next = ledger.counted(s.now)) {
      LedgerRecord record = next.get().record();
      endsName(record, next.get().offset());
      if (s.leaving != null && record.about().isEmpty()) {
        released(s.leaving, record);
      }
      record.about().map(s.turns::get).ifPresent(turn -> acknowledged(turn, record));
    }
  }

  /** What we write about a turn that a former owner has named may end the name. */
  private void endsName(LedgerRecord record, long offset) {
    if (record.about().filter(view::isNamed).isPresent()) {
      view.apply(record, new OwnerClaims.Seen(offset, s.now, s.now));
    }
  }

  private static void released(Leaving leaving, LedgerRecord record) {
    if (record instanceof LedgerRecord.Release || record instanceof LedgerRecord.Renewal) {
      leaving.acknowledged();
    }
  }

  private void acknowledged(Turn turn, LedgerRecord record) {
    if (record instanceof LedgerRecord.TurnClosed done) {
      s.turns.settle(turn, s.now);
      s.effects.add(new Effect.Forget(turn.id, done));
      return;
    }
    turn.unacknowledged--;
    LedgerRecord.TurnClosed closed = turn.closed;
    if (turn.unacknowledged == 0 && closed != null) {
      s.effects.add(new Effect.Append(closed));
    } else if (closed == null && turn.awaitsBegun && record instanceof LedgerRecord.TurnBegun) {
      takenBack(turn);
    }
  }

  // ---------------------------------------------------------------------------- other owners

  /**
   * Somebody else's record: a claim above ours voids all we do; a former owner may finish turns.
   */
  private void seen(Input.LedgerSeen input) {
    LedgerRecord record = input.record();
    long by = record.attempt().owner();
    if (by == s.owner) {
      return;
    }
    if (by > s.owner && !s.isLeaving()) {
      isVoid = true;
      s.effects.add(new Effect.StartOver("owner " + by + " has claimed the partition"));
      return;
    }
    view.apply(record, new OwnerClaims.Seen(input.offset(), input.appendedMillis(), s.now));
    if (record instanceof LedgerRecord.TurnClosed closed && view.isClosed(closed.turn())) {
      Turn turn = s.turns.get(closed.turn());
      if (turn != null) {
        closedByFormerOwner(turn);
      }
    }
  }

  /** Also when we were about to take it back: what stands first in the ledger counts. */
  private void closedByFormerOwner(Turn turn) {
    if (turn.isFormerOwners) {
      formerOwners--;
    }
    s.cutting.remove(turn);
    s.turns.settle(turn, s.now);
    s.effects.add(new Effect.Leave(turn.id));
  }

  private void readTo(long offset) {
    long asked = ledger.readTo(offset);
    settle();
    if (formerOwners > 0) {
      for (Turn turn : s.turns.all()) {
        if (turn.isFormerOwners && view.mayBeTakenBackFrom(turn.id).orElse(asked) <= asked) {
          takeBack(turn);
        }
      }
    }
  }

  /** The former owner has left it, or its time is up, and what it wrote in it has been read. */
  private void takeBack(Turn turn) {
    formerOwners--;
    turn.isFormerOwners = false;
    if (mayBegin(turn)) {
      tries.takeBack(turn, view.event(turn.id));
    }
    s.lookAgain(turn);
  }

  /** All that stands before the attempt's begin is read. */
  private void takenBack(Turn turn) {
    turn.awaitsBegun = false;
    if (view.isAnswered(turn.id)) {
      interrupted(turn);
    } else {
      tries.readAgain(turn);
    }
  }

  /**
   * The next owner begins anew what was still being spoken, and never hears of what CIC has all of
   * or has begun to answer: that is finished here.
   */
  private void revoked(boolean listens) {
    s.leaving = new Leaving(s.now);
    ledger.trust();
    boolean hadTurns = s.turns.size() > 0;
    List<TurnId> named = new ArrayList<>();
    for (Turn turn : s.turns.all()) {
      if (named.size() < LedgerRecord.Release.MAX_NAMED && mayBeNamed(turn)) {
        named.add(turn.id);
      } else if (!turn.isClosing() || turn.unacknowledged > 0) {
        s.leave(turn);
      }
    }
    if (hadTurns || listens) {
      // Also without turns to finish: the next owner sees that we were not lost over the others,
      // and
      // what CIC still says on our downchannels counts.
      s.effects.add(new Effect.Append(new LedgerRecord.Release(own(), named)));
    }
    for (Turn turn : s.turns.all()) {
      if (turn.isUploading() && !turn.replaying) {
        turn.replaying = true;
        tries.readOn(turn, s.nextOffset);
      }
    }
  }

  /** Begun here, with an answer to come or a close to write; not those whose close is written. */
  private static boolean mayBeNamed(Turn turn) {
    return turn.isBegun
        && (turn.isClosing()
            ? turn.unacknowledged > 0
            : turn.requested && !turn.awaitsRetry() && (turn.answered || turn.uploaded));
  }

  /** By whom a record is that is about the partition. */
  private Attempt own() {
    return new Attempt(s.owner, 0);
  }

  // ---------------------------------------------------------------------------- time

  private void tick() {
    if (s.leaving != null) {
      drain(s.leaving);
    } else if (formerOwners > 0 && s.now >= nextLook && !ledger.isReading()) {
      nextLook = s.now + LOOK_MILLIS;
      ledger.readToEnd(s.now);
    }
    for (var due = s.deadlines.next(s.now); due.isPresent(); due = s.deadlines.next(s.now)) {
      Turn turn = due.get();
      if (s.turns.get(turn.id) == turn) {
        look(turn);
        s.lookAgain(turn);
      }
    }
  }

  private void drain(Leaving leaving) {
    if (leaving.isOver(s.now)) {
      s.turns.all().forEach(s::leave);
    } else if (s.turns.size() > 0 && leaving.isDue(s.now)) {
      leaving.sent(s.now);
      s.effects.add(new Effect.Append(new LedgerRecord.Renewal(own())));
    }
  }

  private void look(Turn turn) {
    if (turn.followFrom != Turn.UNCUT) {
      s.effects.add(new Effect.Replay(turn.id, turn.attempt, turn.followFrom, Effect.SPEECH_END));
      turn.followFrom = Turn.UNCUT;
    }
    if (s.now < s.deadline(turn)) {
      return;
    }
    boolean isIdle = s.now >= turn.lastSignMillis + s.limits.idle().toMillis();
    if (turn.awaitsRetry()) {
      tries.tryAgainIfReachable(turn);
    } else if (!turn.isUploading()) {
      s.close(
          turn,
          Known.RESPONSE_TIMEOUT,
          "CIC sent nothing for " + s.limits.response().toSeconds() + " s");
    } else if (s.now >= turn.time("begun") + s.limits.upload().toMillis()) {
      s.close(
          turn,
          Known.UPLOAD_TIMEOUT,
          "the turn was still being spoken after " + s.limits.upload().toSeconds() + " s");
    } else if (isIdle && (isPaused || turn.replaying)) {
      // What it says is in Kafka.
      turn.lastSignMillis = s.now;
    } else if (isIdle) {
      s.close(
          turn,
          Known.IDLE_TIMEOUT,
          "neither audio nor end came for " + s.limits.idle().toSeconds() + " s");
    } else {
      uploads.finish(turn);
    }
  }
}
