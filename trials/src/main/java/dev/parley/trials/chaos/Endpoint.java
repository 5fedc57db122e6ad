package dev.parley.trials.chaos;

import dev.parley.demo.broker.LoopbackPorts;
import dev.parley.standin.ClientId;
import dev.parley.standin.Cut;
import dev.parley.standin.DownchannelScript;
import dev.parley.standin.Reply;
import dev.parley.standin.Row;
import dev.parley.standin.RowCounts;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.StopCapture;
import dev.parley.standin.Transport;
import dev.parley.standin.TurnStart;
import dev.parley.standin.Upload;
import dev.parley.standin.Verdict;
import dev.parley.trials.chaos.History.Breach;
import dev.parley.trials.chaos.History.Judged;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The stand-in, which can go away and come back at the same port. */
final class Endpoint implements AutoCloseable {
  private static final Duration STOP_AFTER = Duration.ofSeconds(2);
  private static final int MOST_BREACHES = 1_000;

  /** A second of audio on a stream, two on a connection: what is not taken is soon felt. */
  private static final StandInConfig.Capacity CAPACITY =
      StandInConfig.Capacity.DEFAULT.withWindows(
          32_768, StandInConfig.Capacity.LEAST_CONNECTION_WINDOW);

  private static final Script USUAL = Script.DEFAULT.withStopCapture(StopCapture.NEVER);

  private final Recorder recorder;
  private final AtomicInteger stalled = new AtomicInteger();
  private final Map<Row, List<Breach>> breaches = new EnumMap<>(Row.class);
  private final Set<String> spoiled = new HashSet<>();
  private RowCounts before = RowCounts.NONE;
  private volatile StandIn standIn;

  /** Listens on a free port, without TLS. */
  Endpoint(Recorder recorder) {
    this.recorder = recorder;
    this.standIn = start(LoopbackPorts.free(1).getFirst());
  }

  private StandIn start(int port) {
    StandIn started =
        StandIn.start(
            StandInConfig.DEFAULT
                .withPort(port)
                .withTransport(new Transport.Cleartext())
                .withCapacity(CAPACITY)
                .withHearing(new StandInConfig.Hearing(false, true, true))
                .withScript(USUAL));
    started.onTurn(recorder::received);
    usual(started);
    return started;
  }

  private static void usual(StandIn standIn) {
    standIn.scripts().when(oneIn(4, 1), USUAL.withStopCapture(StopCapture.after(STOP_AFTER)));
  }

  URI uri() {
    return standIn.uri();
  }

  /**
   * Sends a directive on a device's downchannel.
   *
   * @return false when it has none
   */
  boolean push(String device, String directive) {
    return standIn.push(client(device), directive);
  }

  /** The client that a device is here, when nobody has given it credentials. */
  static ClientId client(String device) {
    return ClientId.of("demo-" + device);
  }

  /** Nobody listens there any more. */
  void down() {
    standIn.close();
    before = before.plus(standIn.rows());
    noteBreaches();
  }

  private void noteBreaches() {
    for (Verdict verdict : standIn.verdicts().failures()) {
      List<Breach> ofRow = breaches.computeIfAbsent(verdict.row(), _ -> new ArrayList<>());
      if (ofRow.size() < MOST_BREACHES) {
        ofRow.add(
            new Breach(
                verdict.at().toEpochMilli(),
                recorder.device(verdict.client()),
                verdict.messageId(),
                verdict.detail()));
      }
    }
  }

  /** How each row of the checklist fared, over all that have listened here; once, at the end. */
  List<Judged> judged() {
    RowCounts counts = before.plus(standIn.rows());
    noteBreaches();
    return Arrays.stream(Row.values())
        .map(row ->
            new Judged(
                row.name(),
                counts.judged(row),
                counts.broken(row),
                breaches.getOrDefault(row, List.of())))
        .toList();
  }

  /** Somebody does again. */
  void up() {
    standIn = start(standIn.port());
  }

  /**
   * All connections break, and from now on everything is answered 503, as for a server that is
   * gone.
   */
  void away() {
    standIn.scripts().clear();
    standIn.scripts().always(USUAL.withReply(Reply.status(503)).withEarly(true));
    standIn.scripts().alwaysDownchannel(DownchannelScript.refusedWith(503));
    standIn.dropConnections();
  }

  void goAway() {
    standIn.goAway();
  }

  void dropConnections() {
    standIn.dropConnections();
  }

  /** From now on, the answers of one turn in so many are reset. */
  void reset(int oneIn) {
    standIn.scripts().clear();
    standIn
        .scripts()
        .when(noting(oneIn(oneIn, 2), () -> {}), USUAL.withCut(new Cut.ResetAfter(100)));
    usual(standIn);
  }

  /**
   * From now on, one turn in so many is never answered, one is not read, and one stops its
   * connection.
   */
  void stall(int oneIn) {
    standIn.scripts().clear();
    List<Script> ways =
        List.of(
            USUAL.withReply(Reply.HANG),
            USUAL.withUpload(Upload.STOP_READING),
            USUAL.withUpload(Upload.HOLD_CONNECTION_WINDOW));
    for (int i = 0; i < ways.size(); i++) {
      standIn.scripts().when(noting(oneIn(oneIn, 3 + i), stalled::incrementAndGet), ways.get(i));
    }
    usual(standIn);
  }

  /** Notes the turns whose requests are spoiled. */
  private Predicate<TurnStart> noting(Predicate<TurnStart> chosen, Runnable also) {
    return turn -> {
      boolean spoils = chosen.test(turn);
      if (spoils) {
        synchronized (spoiled) {
          spoiled.add(turn.messageId());
        }
        also.run();
      }
      return spoils;
    };
  }

  /** These turns are answered so too; nobody is told of it. */
  void also(Predicate<TurnStart> turns, Cut cut) {
    standIn.scripts().when(turns, USUAL.withCut(cut));
  }

  /** The messageIds of the turns that met a reset or a stall since this was last asked for. */
  Set<String> takeSpoiled() {
    synchronized (spoiled) {
      Set<String> taken = Set.copyOf(spoiled);
      spoiled.clear();
      return taken;
    }
  }

  /** How many streams were stalled so far. */
  int stalled() {
    return stalled.get();
  }

  /** All is well from now on. */
  void behave() {
    standIn.scripts().clear();
    standIn.scripts().always(USUAL);
    standIn.scripts().alwaysDownchannel(DownchannelScript.DEFAULT);
    usual(standIn);
  }

  /** Chooses by the dialog's id, so that each attempt of a turn fares alike. */
  private static Predicate<TurnStart> oneIn(int number, int salt) {
    return turn ->
        turn.isSpeech() && Math.floorMod((turn.dialogRequestId() + salt).hashCode(), number) == 0;
  }

  @Override
  public void close() {
    standIn.close();
  }
}
