package dev.parley.protocol.record;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers what one owner of a partition writes, in the order in which it is written: 0, 1, 2 ... of
 * each attempt of a turn, and of each device where a record is about no turn. Remembers a turn
 * until its last record, and a device for good. Pure; one thread.
 */
public final class LedgerSequence {
  private final Map<TurnId, Count> turns = new HashMap<>();
  private final Map<String, Integer> devices = new HashMap<>();

  private record Count(Attempt attempt, int next) {}

  /** The stamp of the record that is written next. */
  public Stamp next(LedgerRecord record) {
    return switch (record) {
      case LedgerRecord.Owner _, LedgerRecord.Release _, LedgerRecord.Renewal _ -> Stamp.NONE;
      case LedgerRecord.TurnBegun t -> ofTurn(t.turn(), record);
      case LedgerRecord.TurnSent t -> ofTurn(t.turn(), record);
      case LedgerRecord.TurnLeft t -> last(t.turn(), record);
      case LedgerRecord.TurnClosed t -> last(t.turn(), record);
      case LedgerRecord.DirectiveReceived d -> received(d.device(), record);
      case LedgerRecord.AttachmentBegun a -> received(a.device(), record);
      case LedgerRecord.AttachmentEnded a -> received(a.device(), record);
    };
  }

  private Stamp last(TurnId turn, LedgerRecord record) {
    Stamp stamp = ofTurn(turn, record);
    turns.remove(turn);
    return stamp;
  }

  private Stamp received(String device, LedgerRecord record) {
    return record
        .about()
        .map(turn -> ofTurn(turn, record))
        .orElseGet(() -> Stamp.of(devices.merge(device, 1, Integer::sum) - 1));
  }

  private Stamp ofTurn(TurnId turn, LedgerRecord record) {
    Count known = turns.get(turn);
    int seq = known == null || !known.attempt().equals(record.attempt()) ? 0 : known.next();
    turns.put(turn, new Count(record.attempt(), seq + 1));
    return Stamp.of(seq);
  }
}
