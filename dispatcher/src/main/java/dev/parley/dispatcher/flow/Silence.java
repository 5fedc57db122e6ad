package dev.parley.dispatcher.flow;

import dev.parley.protocol.record.Ending.Known;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Turns from which nothing came for so long that they may be at their end. That counts only once
 * all is handled that Kafka held by then: while it delivers nothing, or nothing is read for want of
 * room, silence is no device's fault. Pure; one thread.
 */
final class Silence {
  /** How often Kafka is asked. */
  private static final long ASK_MILLIS = 500;

  private final FlowState s;
  private final Set<Turn> turns = new LinkedHashSet<>();
  private long nextAskMillis;

  /** The end that is not reached yet, and when it was asked for. */
  private OptionalLong end = OptionalLong.empty();

  private long askedMillis;

  Silence(FlowState s) {
    this.s = s;
  }

  /** It has been silent for as long as it may be, as far as is known here. */
  void add(Turn turn) {
    turn.isSilent = true;
    turns.add(turn);
    ask();
  }

  /** Asks Kafka, if it is time, and what it said last is reached. */
  void ask() {
    if (!turns.isEmpty() && end.isEmpty() && s.now >= nextAskMillis) {
      nextAskMillis = s.now + ASK_MILLIS;
      s.effects.add(new Effect.AskSilence(s.now));
    }
  }

  /** Where the speech ended that was published by then. */
  void ended(long offset, long asked) {
    if (end.isEmpty()) {
      end = OptionalLong.of(offset);
      askedMillis = asked;
      handled();
    }
  }

  /** A record was handled: it may have been the last of those. */
  void handled() {
    if (end.isPresent() && s.nextOffset >= end.getAsLong()) {
      end = OptionalLong.empty();
      for (Iterator<Turn> each = turns.iterator(); each.hasNext(); ) {
        Turn turn = each.next();
        if (judge(turn)) {
          turn.isSilent = false;
          each.remove();
          s.lookAgain(turn);
        }
      }
    }
  }

  /** Whether it is known how the turn stands. */
  private boolean judge(Turn turn) {
    long ends = turn.lastSignMillis + s.limits.idle().toMillis();
    if (s.turns.get(turn.id) != turn || turn.speaking().isEmpty() || turn.isReadAgain()) {
      return true;
    }
    if (ends <= askedMillis) {
      s.close(
          turn,
          Known.IDLE_TIMEOUT,
          "neither audio nor end came for " + s.limits.idle().toSeconds() + " s");
    }
    return ends <= askedMillis || ends > s.now;
  }
}
