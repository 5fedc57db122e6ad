package dev.parley.dispatcher.flow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When what happens to a turn has happened first, in epoch milliseconds, by the names that {@code
 * turn-closed} has for it. Pure; one thread.
 */
final class TurnTimes {
  /** No time at all. */
  static final long NEVER = 0;

  /** What the next try does anew. */
  private static final List<String> OF_A_TRY =
      List.of("requested", "firstAudio", "stopCapture", "sent", "firstDirective");

  private final Map<String, Long> times = new HashMap<>();

  /** It happens now; that it has happened before is what counts. */
  void note(String what, long nowMillis) {
    times.putIfAbsent(what, nowMillis);
  }

  /** When it happened; {@link #NEVER} when it has not. */
  long of(String what) {
    return times.getOrDefault(what, NEVER);
  }

  /**
   * The try that was under way has failed. A StopCapture it heard is forgotten too: CIC hears the
   * turn anew, and says it anew.
   */
  void forgetTry() {
    OF_A_TRY.forEach(times::remove);
  }

  /** All of them. */
  Map<String, Long> all() {
    return Map.copyOf(times);
  }
}
