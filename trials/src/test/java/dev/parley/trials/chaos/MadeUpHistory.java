package dev.parley.trials.chaos;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.trials.chaos.History.Acknowledged;
import dev.parley.trials.chaos.History.End;
import dev.parley.trials.chaos.History.Entry;
import dev.parley.trials.chaos.History.Fetched;
import dev.parley.trials.chaos.History.Judged;
import dev.parley.trials.chaos.History.Published;
import dev.parley.trials.chaos.History.Pushed;
import dev.parley.trials.chaos.History.Received;
import dev.parley.trials.chaos.History.Sent;
import dev.parley.trials.chaos.History.Stream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A history in which every promise is kept: turns that go well at once, that are taken over, that
 * are cut by StopCapture or interrupted, zombies that write after a claim, and what the endpoint
 * sends by itself. Its lists can be changed, to break one.
 */
final class MadeUpHistory {
  static final int CHUNK = 6_400;
  static final String STOP_CAPTURE = "SpeechRecognizer.StopCapture";

  /** From one record of the ledger to the next. */
  static final long STEP_MILLIS = 100;

  final List<Injection> injected = new ArrayList<>();
  final List<Published> published = new ArrayList<>();
  final List<Pushed> pushed = new ArrayList<>();
  final List<Received> received = new ArrayList<>();
  final List<Judged> judged = new ArrayList<>();
  final List<Entry> ledger = new ArrayList<>();
  final List<Stream> streams = new ArrayList<>();
  final List<Told> told = new ArrayList<>();
  final List<Acknowledgement> acknowledgements = new ArrayList<>();
  final List<Acknowledged> acknowledged = new ArrayList<>();
  final List<Fetched> fetched = new ArrayList<>();

  /** As soon as something was told it is acknowledged; nothing is when that was not told. */
  record Acknowledgement(Told of, boolean taken) {}

  private final Random random;
  private long owner;
  private int seq;

  MadeUpHistory(long seed, int turns) {
    random = new Random(seed);
    claim();
    for (int device = 0; device < 3; device++) {
      streams.add(new Stream("device-" + device, 1, 0, Long.MAX_VALUE));
    }
    for (int i = 0; i < turns; i++) {
      turn(new TurnId("device-" + i % 3, "dialog-" + i, "message-" + i));
      if (i % 5 == 0) {
        push("device-" + (i + 1) % 3, "push-" + i);
      }
    }
    judged.add(new Judged("C5", 3L * turns, 0, List.of()));
    judged.add(new Judged("C16", 0, 0, List.of()));
  }

  History history() {
    Map<Told, Integer> places = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    for (Told each : told) {
      places.putIfAbsent(each, counts.merge(each.device(), 1, Integer::sum));
    }
    List<Acknowledged> all = new ArrayList<>();
    for (Acknowledgement each : acknowledgements) {
      Integer place = places.get(each.of());
      if (place != null) {
        all.add(new Acknowledged(each.of().device(), each.of().cursor(), place, each.taken()));
      }
    }
    all.addAll(acknowledged);
    return new History(
        injected,
        published,
        pushed,
        received,
        judged,
        numbered(ledger),
        streams,
        told,
        all,
        fetched);
  }

  /** Those that have no number get the one that comes next. */
  static List<Entry> numbered(List<Entry> entries) {
    Map<String, Integer> next = new HashMap<>();
    List<Entry> numbered = new ArrayList<>();
    for (Entry entry : entries) {
      String of =
          entry.record().attempt()
              + " "
              + entry.turn().map(TurnId::toString).or(() -> HistoryIndex.device(entry.record()));
      int seq = entry.seq().orElse(next.getOrDefault(of, 0));
      next.put(of, seq + 1);
      numbered.add(withSeq(entry, seq));
    }
    return numbered;
  }

  static Entry withSeq(Entry entry, int seq) {
    return new Entry(
        entry.partition(),
        entry.offset(),
        entry.millis(),
        OptionalInt.of(seq),
        entry.record(),
        entry.directive());
  }

  /** A turn that was closed well by its only attempt, which sent all of it. */
  TurnId plain() {
    return turn(TurnStatus.OK, 1, UploadEnd.END);
  }

  /** A turn that was closed well after StopCapture. */
  TurnId stopped() {
    return turn(TurnStatus.OK, 1, UploadEnd.STOP_CAPTURE);
  }

  /** A turn that was closed well by its second attempt. */
  TurnId takenOver() {
    return turn(TurnStatus.OK, 2, UploadEnd.END);
  }

  /** A turn whose answer had begun when its dispatcher went away. */
  TurnId interrupted() {
    return turn(TurnStatus.INTERRUPTED, 1, UploadEnd.END);
  }

  private TurnId turn(TurnStatus status, int attempts, UploadEnd end) {
    return published.stream()
        .map(Published::turn)
        .filter(turn -> closed(turn).status() == status)
        .filter(turn -> entries(turn, LedgerRecord.TurnBegun.class).size() == attempts)
        .filter(turn ->
            entries(turn, LedgerRecord.TurnSent.class).stream()
                .anyMatch(e -> ((LedgerRecord.TurnSent) e.record()).endedBy() == end))
        .findFirst()
        .orElseThrow();
  }

  LedgerRecord.TurnClosed closed(TurnId turn) {
    return (LedgerRecord.TurnClosed)
        entries(turn, LedgerRecord.TurnClosed.class).getFirst().record();
  }

  List<Entry> entries(TurnId turn, Class<? extends LedgerRecord> kind) {
    return ledger.stream()
        .filter(e -> e.turn().equals(Optional.of(turn)) && kind.isInstance(e.record()))
        .toList();
  }

  /** The record of the turn's directive of this name. */
  Entry entry(TurnId turn, String directive) {
    return entries(turn, LedgerRecord.DirectiveReceived.class).stream()
        .filter(e -> e.directive().orElseThrow().name().equals(directive))
        .findFirst()
        .orElseThrow();
  }

  List<Told> told(TurnId turn) {
    return told.stream().filter(t -> t.turn().equals(turn.message())).toList();
  }

  /** What the turn's device was told of it by the directive of this name. */
  Told.Directive told(TurnId turn, String directive) {
    return told(turn).stream()
        .filter(Told.Directive.class::isInstance)
        .map(Told.Directive.class::cast)
        .filter(d -> d.directive().equals(directive))
        .findFirst()
        .orElseThrow();
  }

  private void turn(TurnId turn) {
    int chunks = random.nextInt(1, 6);
    published.add(new Published(turn, prefixes(turn, chunks), (long) chunks * CHUNK, End.ENDED));
    switch (random.nextInt(4)) {
      case 0 -> answered(turn, begun(turn), chunks, UploadEnd.END);
      case 1 -> {
        Attempt attempt = begun(turn);
        say(turn, attempt, STOP_CAPTURE, Channel.DOWNCHANNEL);
        answered(turn, attempt, random.nextInt(chunks + 1), UploadEnd.STOP_CAPTURE);
      }
      case 2 -> {
        Attempt zombie = begun(turn);
        received.add(new Received(turn, 1_000, "hash-of-some", hash(turn, 0), false));
        claim();
        answered(turn, begun(turn), chunks, UploadEnd.END);
        String late = turn.message() + "-zombie";
        append(directive(turn, zombie), sent(late, "Clova.RenderText", turn));
      }
      default -> {
        Attempt attempt = begun(turn);
        upload(turn, attempt, chunks, UploadEnd.END);
        say(turn, attempt, "Clova.RenderText", Channel.RESPONSE);
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

  static String hash(TurnId turn, int chunks) {
    return "%016x".formatted(31L * turn.message().hashCode() + chunks).repeat(4);
  }

  private void claim() {
    owner++;
    append(new LedgerRecord.Owner(new Attempt(owner, 0), "dispatcher-" + owner));
  }

  private Attempt begun(TurnId turn) {
    Attempt attempt = new Attempt(owner, 1);
    seq = 0;
    append(
        new LedgerRecord.TurnBegun(
            turn, attempt, "SpeechRecognizer.Recognize", 100L * published.size()));
    return attempt;
  }

  private void answered(TurnId turn, Attempt attempt, int chunks, UploadEnd end) {
    upload(turn, attempt, chunks, end);
    say(turn, attempt, "Clova.RenderText", Channel.RESPONSE);
    say(turn, attempt, "SpeechSynthesizer.Speak", Channel.RESPONSE);
    echo(turn, attempt, (long) chunks * CHUNK, hash(turn, chunks));
    close(turn, attempt, TurnStatus.OK);
  }

  private void upload(TurnId turn, Attempt attempt, int chunks, UploadEnd end) {
    long bytes = (long) chunks * CHUNK;
    received.add(new Received(turn, bytes, hash(turn, chunks), hash(turn, chunks), true));
    append(new LedgerRecord.TurnSent(turn, attempt, bytes, chunks, end));
  }

  private void say(TurnId turn, Attempt attempt, String name, Channel channel) {
    String id = turn.message() + "-" + attempt + "-" + seq++;
    append(
        new LedgerRecord.DirectiveReceived(
            turn.device(), Optional.of(turn), attempt, channel, new byte[0]),
        sent(id, name, turn));
    String cursor = channel == Channel.RESPONSE ? cursor() : "";
    told.add(directive(turn, id, name, cursor, 1));
  }

  /** The attachment that the last directive names. */
  private void echo(TurnId turn, Attempt attempt, long bytes, String sha256) {
    String name = turn.message() + "-" + attempt;
    Told.Directive speak = (Told.Directive) told.getLast();
    append(
        new LedgerRecord.AttachmentBegun(
            turn.device(),
            Optional.of(turn),
            attempt,
            Channel.RESPONSE,
            name,
            turn.message() + "-cid",
            "audio/mpeg",
            7));
    told.add(
        new Told.Attachment(
            turn.device(),
            1,
            cursor(),
            turn.message(),
            speak.messageId(),
            turn.message() + "-cid",
            name));
    append(echoEnded(turn, attempt, bytes, sha256, true));
    fetched.add(new Fetched(turn.device(), turn.message(), name, 200, bytes, sha256, true));
  }

  static LedgerRecord echoEnded(
      TurnId turn, Attempt attempt, long bytes, String sha256, boolean whole) {
    return new LedgerRecord.AttachmentEnded(
        turn.device(),
        Optional.of(turn),
        attempt,
        Channel.RESPONSE,
        turn.message() + "-" + attempt,
        bytes,
        sha256,
        whole);
  }

  private static Optional<Sent> sent(String id, String name, TurnId turn) {
    return Optional.of(
        new Sent(
            id,
            name,
            Optional.of(turn.dialog()),
            name.endsWith("Speak") ? List.of(turn.message() + "-cid") : List.of()));
  }

  /** Of what the last record released. */
  private String cursor() {
    return Integer.toString(1_024 * (ledger.size() - 1));
  }

  static LedgerRecord directive(TurnId turn, Attempt attempt) {
    return new LedgerRecord.DirectiveReceived(
        turn.device(), Optional.of(turn), attempt, Channel.RESPONSE, new byte[0]);
  }

  static Told.Directive directive(TurnId turn, String id, String name, String cursor, int stream) {
    return new Told.Directive(
        turn.device(),
        stream,
        cursor,
        turn.message(),
        Optional.of(turn.dialog()),
        id,
        name,
        false,
        Map.of());
  }

  /** What Parley says in CIC's stead of a turn that was closed by the last record. */
  Told.Directive exception(TurnId turn) {
    return new Told.Directive(
        turn.device(),
        1,
        cursor(),
        turn.message(),
        Optional.of(turn.dialog()),
        turn.message() + "-exception",
        "System.Exception",
        true,
        Map.of());
  }

  private void close(TurnId turn, Attempt attempt, TurnStatus status) {
    append(closed(turn, attempt, status));
    if (status != TurnStatus.OK) {
      told.add(exception(turn));
    }
    String cursor = Integer.toString(1_024 * (ledger.size() - 1) + 1);
    told.add(new Told.Closed(turn.device(), 1, cursor, turn.message(), attempt, status));
    acknowledgements.add(new Acknowledgement(told.getLast(), true));
  }

  static LedgerRecord closed(TurnId turn, Attempt attempt, TurnStatus status) {
    return new LedgerRecord.TurnClosed(turn, attempt, status, "why", "", Map.of(), Map.of());
  }

  /** The endpoint sends something by itself, and the device is told it. */
  void push(String device, String id) {
    pushed.add(new Pushed(device, id, "Clova.RenderText", now()));
    append(
        new LedgerRecord.DirectiveReceived(
            device, Optional.empty(), new Attempt(owner, 0), Channel.DOWNCHANNEL, new byte[0]),
        Optional.of(new Sent(id, "Clova.RenderText", Optional.empty(), List.of())));
    told.add(
        new Told.Directive(
            device, 1, "", "", Optional.empty(), id, "Clova.RenderText", false, Map.of()));
  }

  /** When the next record is written. */
  long now() {
    return ledger.size() * STEP_MILLIS;
  }

  /** At the end of the ledger. */
  void append(LedgerRecord record) {
    append(record, Optional.empty());
  }

  /** At the end of the ledger. */
  void append(LedgerRecord record, Optional<Sent> directive) {
    ledger.add(new Entry(0, ledger.size(), now(), OptionalInt.empty(), record, directive));
  }

  /** Where another stands, another record stands instead. */
  static Entry in(Entry place, LedgerRecord record) {
    return new Entry(
        place.partition(),
        place.offset(),
        place.millis(),
        OptionalInt.empty(),
        record,
        Optional.empty());
  }

  /** Puts others in the place of one. */
  static <T> void replace(List<T> list, T old, List<? extends T> others) {
    int at = list.indexOf(old);
    list.remove(at);
    list.addAll(at, others);
  }
}
