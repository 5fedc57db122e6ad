package dev.parley.standin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which script applies to which turn; may be changed while the stand-in runs. In this order: the
 * first rule whose predicate holds, the next of the scripts in the queue, the standing script.
 * Rules see every event; the queue and the standing script are for the two Recognize events (others
 * are answered 204).
 *
 * <p>Safe for use by several threads.
 */
public final class Scripts {
  private record Rule(Predicate<TurnStart> when, Script script) {}

  private final List<Rule> rules = new ArrayList<>();
  private final Deque<Script> queue = new ArrayDeque<>();
  private final Deque<DownchannelScript> downchannelQueue = new ArrayDeque<>();
  private Script standing;
  private DownchannelScript standingDownchannel;

  Scripts(Script standing, DownchannelScript standingDownchannel) {
    this.standing = standing;
    this.standingDownchannel = standingDownchannel;
  }

  /** Applies to every turn that nothing else applies to. */
  public synchronized void always(Script script) {
    standing = script;
  }

  /** Each applies to one turn, in the order the turns' metadata arrives. */
  public synchronized void next(Script... scripts) {
    Collections.addAll(queue, scripts);
  }

  /**
   * Applies to every event for which the predicate holds; it is called with a lock held and must
   * not block.
   */
  public synchronized void when(Predicate<TurnStart> predicate, Script script) {
    rules.add(new Rule(predicate, script));
  }

  /** Applies to every downchannel that nothing else applies to. */
  public synchronized void alwaysDownchannel(DownchannelScript script) {
    standingDownchannel = script;
  }

  /** Each applies to one downchannel, in the order they are opened. */
  public synchronized void nextDownchannel(DownchannelScript... scripts) {
    Collections.addAll(downchannelQueue, scripts);
  }

  /** Forgets rules and queues; the standing scripts stay. */
  public synchronized void clear() {
    rules.clear();
    queue.clear();
    downchannelQueue.clear();
  }

  synchronized Script scriptOf(TurnStart turn) {
    for (Rule rule : rules) {
      if (rule.when().test(turn)) {
        return rule.script();
      }
    }
    if (!turn.isRecognize()) {
      return Script.replying(Reply.NO_CONTENT);
    }
    return queue.isEmpty() ? standing : queue.removeFirst();
  }

  synchronized DownchannelScript ofDownchannel() {
    return downchannelQueue.isEmpty() ? standingDownchannel : downchannelQueue.removeFirst();
  }
}
