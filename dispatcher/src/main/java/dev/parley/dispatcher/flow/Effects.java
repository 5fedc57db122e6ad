package dev.parley.dispatcher.flow;

import dev.parley.protocol.record.LedgerRecord;
import java.util.ArrayList;
import java.util.List;

/** What is to be done, gathered while an input is taken. */
final class Effects {
  private List<Effect> gathered = new ArrayList<>();

  void add(Effect effect) {
    gathered.add(effect);
  }

  /** A record of a turn's attempt, which its close waits for. */
  void append(Turn turn, LedgerRecord record) {
    turn.unacknowledged++;
    add(new Effect.Append(record));
  }

  List<Effect> take() {
    if (gathered.isEmpty()) {
      return List.of();
    }
    List<Effect> taken = gathered;
    gathered = new ArrayList<>();
    return taken;
  }
}
