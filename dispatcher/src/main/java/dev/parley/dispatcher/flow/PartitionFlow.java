package dev.parley.dispatcher.flow;

import dev.parley.dispatcher.flow.Phase.Source.Unasked;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The life of the turns of one partition, from the record that begins one to the ledger's word that
 * it is closed. Pure: {@link #apply} takes what happened and when, and says what to do. One thread.
 *
 * <pre>
 *   begin ──► uploading ──► sent ──► closing ──► settled
 *      │         │  end, StopCapture   response ended   turn-closed read back
 *      │         └───────────────────────► closing        cancel, barge-in, time-out, fault
 *      └──► waiting for another try, or for CIC to be reachable; or a former owner's for a while
 * </pre>
 *
 * A turn is settled only when its {@code turn-closed} is read back without a higher claim before
 * it, and that is appended only after every earlier record of the attempt is acknowledged: nothing
 * that the ledger lacks is ever committed over.
 */
public final class PartitionFlow {
  private final FlowState s;
  private final LedgerReading ledger;
  private final Reception reception;
  private final Uploads uploads;
  private final Tries tries;
  private final Answers answers;
  private final FormerOwners former;
  private final HandOver handOver;
  private final Silence silence;
  private final Overdue overdue;
  private final Hearing hearing;
  private boolean isVoid;

  /**
   * A flow that waits for {@link Input.TakenOver}.
   *
   * @param random for the jitter of retries
   */
  public PartitionFlow(FlowLimits limits, RandomGenerator random) {
    this.s = new FlowState(limits);
    this.ledger = new LedgerReading(s.effects);
    this.reception = new Reception(s.turns, s.effects, of -> current(of.turn(), of.attempt()));
    this.uploads = new Uploads(s);
    this.tries = new Tries(s, random, uploads);
    this.answers = new Answers(s, reception, uploads, tries);
    this.former = new FormerOwners(s, ledger, tries);
    this.handOver = new HandOver(s, tries);
    this.silence = new Silence(s);
    this.overdue = new Overdue(s, silence, tries, uploads);
    this.hearing = new Hearing(s, ledger, former, uploads, tries, answers);
  }

  /**
   * Takes an input.
   *
   * @param at never earlier than the moment before
   * @return what to do, in order
   */
  public List<Effect> apply(Input input, Moment at) {
    if (isVoid) {
      return List.of();
    }
    s.at(at);
    switch (input) {
      case Input.TakenOver t -> takenOver(t);
      case Input.Speech i -> {
        hearing.speech(i);
        silence.handled();
      }
      case Input.Unreadable u -> {
        hearing.unreadable(u);
        silence.handled();
      }
      case Input.Appended a -> stands(a.record());
      case Input.LedgerSeen l -> seen(l);
      case Input.LedgerReadTo l -> {
        ledger.knownTo(l.offset());
        takeBack();
      }
      case Input.LedgerEnd l -> {
        ledger.ended(l.offset(), l.askedMillis());
        takeBack();
      }
      case Input.SpeechEnd e ->
          current(e.turn(), e.attempt()).ifPresent(turn -> uploads.cutAt(turn, e.offset()));
      case Input.Trial t -> tries.trial(t);
      case Input.Requested r -> current(r.turn(), r.attempt()).ifPresent(answers::requested);
      case Input.Uploaded u -> current(u.turn(), u.attempt()).ifPresent(answers::uploaded);
      case Input.UploadRefused u ->
          current(u.turn(), u.attempt()).ifPresent(answers::uploadRefused);
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
      case Input.SilenceEnd e -> silence.ended(e.offset(), e.askedMillis());
      case Input.Tick t -> tick();
      case Input.Revoked r -> handOver.revoked(r.listens());
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
    return former.ledgerPosition(commitPosition());
  }

  /** The highest owner's number claimed before {@link #ledgerPosition}. */
  public long ledgerOwner() {
    return former.ownerBefore(ledgerPosition());
  }

  /** How many turns are open. */
  public int openTurns() {
    return s.turns.size();
  }

  /** Whether a turn of this device is open. */
  public boolean hasOpenTurn(String device) {
    return !s.turns.ofDevice(device).isEmpty();
  }

  /** Devices whose turns a former owner is finishing, over downchannels of its own. */
  public Set<String> devicesOfLeavers() {
    return former.devices();
  }

  /**
   * Whether what CIC says to devices without a turn may still be written down, though the partition
   * is given away.
   */
  public boolean mayListen() {
    return handOver.mayListen();
  }

  /** The turn that began first of those open, and when it reached Kafka, in epoch milliseconds. */
  public Optional<Map.Entry<TurnId, Long>> eldest() {
    return s.turns.eldest().map(turn -> Map.entry(turn.id, turn.appendedMillis));
  }

  /** The turn, if this attempt is still the one that counts. */
  private Optional<Turn> current(TurnId id, Attempt attempt) {
    Turn turn = s.turns.get(id);
    return turn != null && turn.running().isPresent() && turn.attempt.equals(attempt)
        ? Optional.of(turn)
        : Optional.empty();
  }

  private void takenOver(Input.TakenOver t) {
    s.owner = t.owner();
    s.nextOffset = t.position();
    reception.own(s.owner);
    former.takenOver(t);
  }

  // ---------------------------------------------------------------------------- ledger

  /** A record of ours stands in the ledger, whether or not it counts. */
  private void stands(LedgerRecord record) {
    handOver.acknowledged(record);
    Turn turn = record.about().map(s.turns::get).orElse(null);
    if (turn == null) {
      return;
    }
    if (record instanceof LedgerRecord.TurnClosed) {
      return;
    }
    if (record instanceof LedgerRecord.TurnBegun) {
      turn.isBegun = true;
    }
    turn.unacknowledged--;
    if (turn.unacknowledged == 0 && turn.phase instanceof Phase.Closing closing) {
      s.effects.add(new Effect.Append(closing.record()));
    }
  }

  /** What the ledger says, in its order: a claim above ours voids all we do, but what we named. */
  private void seen(Input.LedgerSeen input) {
    LedgerRecord record = input.record();
    long by = record.attempt().owner();
    ledger.knownTo(input.offset() + 1);
    if (s.isLeaving() && by != s.owner) {
      handOver.seen(record);
    } else if (by > s.owner) {
      isVoid = true;
      s.effects.add(new Effect.StartOver("owner " + by + " has claimed the partition"));
    } else if (by == s.owner) {
      counts(record, input.offset());
    } else {
      former.seen(input);
    }
  }

  /** A record of ours stands in the ledger, and no higher claim before it. */
  private void counts(LedgerRecord record, long offset) {
    former.written(record, offset);
    Turn turn = record.about().map(s.turns::get).orElse(null);
    if (turn == null) {
      return;
    }
    if (record instanceof LedgerRecord.TurnClosed done) {
      s.turns.settle(turn, s.now);
      s.effects.add(new Effect.Forget(turn.id, done));
    } else if (record instanceof LedgerRecord.TurnBegun
        && turn.speaking().filter(now -> now.source() instanceof Unasked).isPresent()) {
      former.takenBack(turn);
    }
  }

  private void takeBack() {
    ledger.reachedEndOf().ifPresent(former::readTo);
  }

  private void tick() {
    if (s.isLeaving()) {
      handOver.tick();
    } else {
      former.tick();
    }
    overdue.tick();
  }
}
