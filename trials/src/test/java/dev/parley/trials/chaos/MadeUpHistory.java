package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.trials.chaos.History.End;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Published;
import dev.parley.trials.chaos.History.Received;
import dev.parley.trials.chaos.History.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A history in which every promise is kept: turns that go well at once, that are taken over, that
 * are cut by StopCapture or interrupted, and zombies that write after a claim. Its lists can be
 * changed, to break one.
 */
final class MadeUpHistory {
  static final int CHUNK = 6_400;

  final List<Published> published = new ArrayList<>();
  final List<Received> received = new ArrayList<>();
  final List<Entry> ledger = new ArrayList<>();
  final List<Told> told = new ArrayList<>();

  private final Random random;
  private long owner;

  MadeUpHistory(long seed, int turns) {
    random = new Random(seed);
    claim();
    for (int i = 0; i < turns; i++) {
      turn(new TurnId("device-" + i % 3, "dialog-" + i, "message-" + i));
    }
  }

  History history() {
    return new History(published, received, ledger, told);
  }

  /** A turn that was closed well by its only attempt. */
  TurnId plain() {
    return published.stream()
        .map(Published::turn)
        .filter(turn -> status(turn) == TurnStatus.OK)
        .filter(turn -> entries(turn, LedgerRecord.TurnBegun.class).size() == 1)
        .findFirst()
        .orElseThrow();
  }

  /** A turn that was closed well by its second attempt. */
  TurnId takenOver() {
    return published.stream()
        .map(Published::turn)
        .filter(turn -> status(turn) == TurnStatus.OK)
        .filter(turn -> entries(turn, LedgerRecord.TurnBegun.class).size() == 2)
        .findFirst()
        .orElseThrow();
  }

  private TurnStatus status(TurnId turn) {
    return ((LedgerRecord.TurnClosed)
            entries(turn, LedgerRecord.TurnClosed.class).getFirst().record())
        .status();
  }

  List<Entry> entries(TurnId turn, Class<? extends LedgerRecord> kind) {
    return ledger.stream()
        .filter(e -> e.turn().equals(Optional.of(turn)) && kind.isInstance(e.record()))
        .toList();
  }

  List<Told> told(TurnId turn) {
    return told.stream().filter(t -> t.turn().equals(turn.message())).toList();
  }

  private void turn(TurnId turn) {
    int chunks = random.nextInt(1, 6);
    published.add(new Published(turn, prefixes(turn, chunks), (long) chunks * CHUNK, End.ENDED));
    switch (random.nextInt(4)) {
      case 0 -> answered(turn, begun(turn), chunks, UploadEnd.END);
      case 1 -> answered(turn, begun(turn), random.nextInt(chunks + 1), UploadEnd.STOP_CAPTURE);
      case 2 -> {
        Attempt zombie = begun(turn);
        received.add(new Received(turn, 1_000, "hash-of-some", false));
        claim();
        answered(turn, begun(turn), chunks, UploadEnd.END);
        append(directive(turn, zombie, 0), Optional.of(turn.message() + "-zombie"));
      }
      default -> {
        Attempt attempt = begun(turn);
        upload(turn, attempt, chunks, UploadEnd.END);
        say(turn, attempt, 0);
        claim();
        close(turn, new Attempt(owner, 1), TurnStatus.INTERRUPTED);
      }
    }
  }

  private static Prefixes prefixes(TurnId turn, int chunks) {
    return new Prefixes(
        CHUNK,
        IntStream.rangeClosed(0, chunks)
            .mapToLong(i -> Prefixes.shortened(hash(turn, i)))
            .toArray());
  }

  private static String hash(TurnId turn, int chunks) {
    return "%016x".formatted(31L * turn.message().hashCode() + chunks).repeat(4);
  }

  private void claim() {
    owner++;
    append(new LedgerRecord.Owner(new Attempt(owner, 0), "dispatcher-" + owner), Optional.empty());
  }

  private Attempt begun(TurnId turn) {
    Attempt attempt = new Attempt(owner, 1);
    append(
        new LedgerRecord.TurnBegun(turn, attempt, "SpeechRecognizer.Recognize", 7),
        Optional.empty());
    return attempt;
  }

  private void answered(TurnId turn, Attempt attempt, int chunks, UploadEnd end) {
    upload(turn, attempt, chunks, end);
    say(turn, attempt, 0);
    say(turn, attempt, 1);
    close(turn, attempt, TurnStatus.OK);
  }

  private void upload(TurnId turn, Attempt attempt, int chunks, UploadEnd end) {
    long bytes = (long) chunks * CHUNK;
    received.add(new Received(turn, bytes, hash(turn, chunks), true));
    append(new LedgerRecord.TurnSent(turn, attempt, bytes, chunks, end), Optional.empty());
  }

  private void say(TurnId turn, Attempt attempt, int seq) {
    String id = turn.message() + "-" + attempt + "-" + seq;
    append(directive(turn, attempt, seq), Optional.of(id));
    told.add(directive(turn, id, 1));
  }

  static LedgerRecord directive(TurnId turn, Attempt attempt, int seq) {
    return new LedgerRecord.DirectiveReceived(
        turn.device(), Optional.of(turn), attempt, seq, Channel.RESPONSE, new byte[0]);
  }

  static Told directive(TurnId turn, String id, int stream) {
    return new Told.Directive(
        turn.device(), stream, turn.message(), Optional.of(turn.dialog()), id, "Speak", false);
  }

  private void close(TurnId turn, Attempt attempt, TurnStatus status) {
    append(closed(turn, attempt, status), Optional.empty());
    told.add(new Told.Closed(turn.device(), 1, turn.message(), attempt, status));
  }

  static LedgerRecord closed(TurnId turn, Attempt attempt, TurnStatus status) {
    return new LedgerRecord.TurnClosed(turn, attempt, status, "why", "", Map.of(), Map.of());
  }

  /** At the end of the ledger. */
  void append(LedgerRecord record, Optional<String> messageId) {
    ledger.add(new Entry(0, ledger.size(), ledger.size(), record, messageId));
  }

  /** Puts other records in the place of one. */
  static <T> void replace(List<T> list, T old, List<T> others) {
    int at = list.indexOf(old);
    list.remove(at);
    list.addAll(at, others);
  }
}
