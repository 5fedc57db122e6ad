package dev.parley.trials.chaos;

import dev.parley.protocol.record.LedgerRecord;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Pushed;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the endpoint sends by itself: each reaches its device, and nothing does that was not sent.
 * One that never came is void where its owner was cut off, or the endpoint itself was broken, at
 * about that time.
 */
final class PushCheck {
  /** What was sent so long before a fault may not have been written down by then. */
  private static final long LEAD_MILLIS = 2_000;

  /** By then a new owner has opened the downchannels anew, or the endpoint is well again. */
  private static final long RECOVERY_MILLIS = 3_000;

  /** No fault of the endpoint lasts longer. */
  private static final long ENDPOINT_MILLIS = 20_000;

  private final HistoryIndex index;
  private final List<Violation> violations;
  private int lost;

  PushCheck(HistoryIndex index, List<Violation> violations) {
    this.index = index;
    this.violations = violations;
  }

  void run() {
    Set<String> told = new HashSet<>();
    for (Told each : index.history().told()) {
      if (each instanceof Told.Directive directive) {
        told.add(key(directive.device(), directive.messageId()));
      }
    }
    Map<String, Pushed> pushed = new HashMap<>();
    for (Pushed push : index.history().pushed()) {
      pushed.put(push.messageId(), push);
      if (!told.contains(key(push.device(), push.messageId()))) {
        untold(push);
      }
    }
    for (Entry entry : index.counted().all()) {
      if (entry.record() instanceof LedgerRecord.DirectiveReceived directive
          && directive.turn().isEmpty()
          && !isSaidOfATurn(entry, directive.device())) {
        sent(entry, Optional.ofNullable(pushed.get(id(entry))));
      }
    }
  }

  private static String key(String device, String messageId) {
    return device + "/" + messageId;
  }

  private static String id(Entry entry) {
    return entry.directive().orElseThrow().messageId();
  }

  /**
   * It names a dialog of the device: said of an attempt that another owner had, so that the one
   * whom it reached knew of no turn.
   */
  private boolean isSaidOfATurn(Entry entry, String device) {
    Optional<String> dialog = entry.directive().orElseThrow().dialog();
    return dialog.isPresent()
        && index.history().published().stream()
            .anyMatch(turn ->
                turn.turn().device().equals(device) && turn.turn().dialog().equals(dialog.get()));
  }

  /** How many never came, and were void. */
  int lostWithOwner() {
    return lost;
  }

  private void untold(Pushed push) {
    Optional<Entry> counted = index.countedDirective(push.messageId());
    if (counted.isPresent()) {
      violate(push, "stands at " + counted.get().place() + ", and was never told");
      return;
    }
    if (index.history().injected().stream().anyMatch(fault -> voids(fault, push))) {
      lost++;
    } else {
      violate(
          push,
          index
              .directive(push.messageId())
              .map(entry -> "stands only where it does not count, at " + entry.place())
              .orElse("is in no record of the ledger"));
    }
  }

  private boolean voids(Injection fault, Pushed push) {
    if (push.millis() < fault.millis() - LEAD_MILLIS) {
      return false;
    }
    return switch (fault.fault()) {
      case DOWN, AWAY, RESETS, GOAWAY, STALLS ->
          push.millis() <= fault.millis() + ENDPOINT_MILLIS + RECOVERY_MILLIS;
      case KILL, PAUSE, CLAIM ->
          index
              .partition(push.device())
              .filter(fault::hits)
              .map(partition -> push.millis() <= recovered(fault, partition))
              .orElse(false);
      case ROLLING, SCALE, LEADER -> false;
    };
  }

  private long recovered(Injection fault, int partition) {
    if (!fault.victim().containsKey(partition)) {
      // It had another owner already; what the victim still listened for was cut off.
      return fault.millis() + RECOVERY_MILLIS;
    }
    return RECOVERY_MILLIS
        + index.history().ledger().stream()
            .filter(entry ->
                entry.partition() == partition
                    && entry.millis() >= fault.millis()
                    && entry.record() instanceof LedgerRecord.Owner)
            .mapToLong(Entry::millis)
            .findFirst()
            .orElse(Long.MAX_VALUE - RECOVERY_MILLIS);
  }

  private void sent(Entry entry, Optional<Pushed> push) {
    LedgerRecord.DirectiveReceived record = (LedgerRecord.DirectiveReceived) entry.record();
    if (push.isEmpty()) {
      violations.add(
          Violation.of(
              Kind.FOREIGN,
              "%s for %s stands at %s, and the endpoint never sent it"
                  .formatted(id(entry), record.device(), entry.place())));
    } else if (!push.get().device().equals(record.device())) {
      violations.add(
          Violation.of(
              Kind.FOREIGN,
              "%s for %s stands at %s, and was sent to %s"
                  .formatted(id(entry), record.device(), entry.place(), push.get().device())));
    }
  }

  private void violate(Pushed push, String evidence) {
    violations.add(
        Violation.of(
            Kind.PUSH,
            "%s %s to %s at %d %s"
                .formatted(push.name(), push.messageId(), push.device(), push.millis(), evidence)));
  }
}
