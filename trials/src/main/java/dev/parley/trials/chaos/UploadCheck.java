package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Published;
import dev.parley.trials.chaos.History.Received;
import dev.parley.trials.chaos.Violation.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the endpoint heard: each upload is of a turn that was published, begins as that does, and
 * belongs to an attempt that counts; and a turn that went well was heard as far as it says.
 */
final class UploadCheck {
  private final HistoryIndex index;
  private final List<Violation> violations;
  private final Map<TurnId, List<Received>> uploads;

  UploadCheck(HistoryIndex index, List<Violation> violations) {
    this.index = index;
    this.violations = violations;
    this.uploads =
        index.history().received().stream().collect(Collectors.groupingBy(Received::turn));
  }

  void run() {
    uploads.forEach(this::turn);
    for (Published turn : index.history().published()) {
      index.counted().closedWell(turn.turn()).ifPresent(end -> sent(turn, end));
    }
  }

  private void turn(TurnId turn, List<Received> received) {
    Optional<Published> published = index.published(turn);
    if (published.isEmpty()) {
      violate(Kind.FOREIGN, turn, "the endpoint had uploads of it, and nobody published it");
      return;
    }
    received.forEach(upload -> beginning(published.get(), upload));
    long begun =
        index.counted().of(turn).stream()
            .filter(entry -> entry.record() instanceof LedgerRecord.TurnBegun)
            .count();
    if (received.size() > begun) {
      violate(
          Kind.REUPLOADED,
          turn,
          "the endpoint had %d uploads of it, %d of them whole; %d attempts of it count"
              .formatted(
                  received.size(), received.stream().filter(Received::whole).count(), begun));
    }
  }

  private void beginning(Published turn, Received upload) {
    Prefixes prefixes = turn.prefixes();
    if (!upload.whole()) {
      broken(turn, upload);
    } else if (!prefixes.isBoundary(upload.bytes())) {
      violate(
          Kind.PREFIX,
          turn.turn(),
          "an upload of " + upload.bytes() + " bytes ends at no boundary between chunks");
    } else if (!prefixes.isBeginning(upload.bytes(), upload.sha256())) {
      violate(
          Kind.PREFIX,
          turn.turn(),
          "an upload of " + upload.bytes() + " bytes is not the beginning of what was published");
    }
  }

  /** As much of it is looked at as whole chunks came. */
  private void broken(Published turn, Received upload) {
    Prefixes prefixes = turn.prefixes();
    if (upload.bytes() > prefixes.bytes()) {
      violate(
          Kind.PREFIX,
          turn.turn(),
          "an upload that broke off after %d bytes, of %d that were published"
              .formatted(upload.bytes(), prefixes.bytes()));
    } else if (!prefixes.isBeginning(prefixes.boundary(upload.bytes()), upload.chunksSha256())) {
      violate(
          Kind.PREFIX,
          turn.turn(),
          "an upload that broke off after "
              + upload.bytes()
              + " bytes is not the beginning of what was published");
    }
  }

  private void sent(Published turn, LedgerRecord.TurnClosed end) {
    Optional<LedgerRecord.TurnSent> sent = sentBy(turn.turn(), end);
    if (sent.isEmpty()) {
      violate(
          Kind.UNSENT, turn.turn(), "closed ok, but attempt " + end.attempt() + " never sent it");
    } else if (hashes(turn.turn(), sent.get().audioBytes()).isEmpty()) {
      violate(
          Kind.UNSENT,
          turn.turn(),
          "closed ok with %d bytes sent; the endpoint had %s"
              .formatted(sent.get().audioBytes(), uploads.getOrDefault(turn.turn(), List.of())));
    } else if (sent.get().endedBy() == UploadEnd.END
        && turn.end() == History.End.ENDED
        && sent.get().audioBytes() != turn.bytes()) {
      violate(
          Kind.PREFIX,
          turn.turn(),
          "ended by end after %d of %d bytes".formatted(sent.get().audioBytes(), turn.bytes()));
    }
  }

  private Optional<LedgerRecord.TurnSent> sentBy(TurnId turn, LedgerRecord.TurnClosed end) {
    return index.counted().of(turn).stream()
        .map(Entry::record)
        .filter(LedgerRecord.TurnSent.class::isInstance)
        .map(LedgerRecord.TurnSent.class::cast)
        .filter(sent -> sent.attempt().equals(end.attempt()))
        .findFirst();
  }

  /** Hashes of what the endpoint had of a turn, wherever it was so much and whole. */
  private Set<String> hashes(TurnId turn, long bytes) {
    return uploads.getOrDefault(turn, List.of()).stream()
        .filter(upload -> upload.whole() && upload.bytes() == bytes)
        .map(Received::sha256)
        .collect(Collectors.toSet());
  }

  /** Hashes of the audio that the winning attempt of a turn brought to the endpoint. */
  Set<String> won(TurnId turn, LedgerRecord.TurnClosed end) {
    return sentBy(turn, end).map(sent -> hashes(turn, sent.audioBytes())).orElse(Set.of());
  }

  /** Hashes of all audio that the endpoint had of a turn, of whichever attempt. */
  Set<String> heard(TurnId turn) {
    return uploads.getOrDefault(turn, List.of()).stream()
        .map(Received::sha256)
        .collect(Collectors.toSet());
  }

  private void violate(Kind kind, TurnId turn, String evidence) {
    violations.add(Violation.of(kind, turn, evidence));
  }
}
