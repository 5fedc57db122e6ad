package dev.parley.router.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.TurnStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ledgers written at random: turns, attempts, zombies, barge-ins, repeats, devices that come and
 * go. Whatever the order, what was promised holds. To replay a failure, run its seed alone.
 */
class InterleavingTest {
  private static final int STEPS = 300;
  private static final String[] NAMES = {
    "SpeechSynthesizer.Speak",
    "SpeechRecognizer.StopCapture",
    "Clova.RenderText",
    "SpeechRecognizer.KeepRecording"
  };

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  private record Written(TurnId turn, Attempt attempt, String name, String dialog, int order) {}

  private final Ledger ledger = new Ledger();
  private final Map<String, Written> written = new HashMap<>();
  private final List<TurnId> turns = new ArrayList<>();

  /** Written more than once: where the first was stale, a later one may be right, out of order. */
  private final Set<String> repeated = new HashSet<>();

  private long owner = 1;
  private int number = 1;

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void promisesHold(long seed) {
    Random random = new Random(seed);
    ledger.connect();
    for (int step = 0; step < STEPS; step++) {
      step(random);
      assertThat(ledger.queues.needed().orElse(Long.MAX_VALUE)).isGreaterThanOrEqualTo(100);
    }
    oneAttempt();
    eachOnce();
    inOrder();
    nothingAfterClose();
  }

  private void step(Random random) {
    switch (random.nextInt(14)) {
      case 0, 1 -> begin(random);
      case 2, 3 -> pick(random, turn -> ledger.sent(turn, attempt(random)));
      case 4 -> pick(random, turn -> ledger.closed(turn, attempt(random), status(random)));
      case 5 -> retry(random);
      case 6 -> repeat(random);
      case 7 -> claim(random);
      case 8 -> ledger.tick(random.nextInt(30_000));
      case 9 -> comeAndGo(random);
      default -> pick(random, turn -> directive(random, turn));
    }
  }

  private void begin(Random random) {
    TurnId turn = Ledger.turn("dialog-" + random.nextInt(8), "turn-" + turns.size());
    turns.add(turn);
    ledger.begun(turn, new Attempt(owner, number), event(random), turns.size());
  }

  private static String event(Random random) {
    return random.nextInt(5) == 0 ? "Clova.ProcessDelegatedEvent" : "SpeechRecognizer.Recognize";
  }

  private void retry(Random random) {
    number++;
    pick(
        random,
        turn ->
            ledger.begun(
                turn, new Attempt(owner, number), event(random), turns.indexOf(turn) + 1L));
  }

  private void claim(Random random) {
    if (random.nextBoolean() && !turns.isEmpty()) {
      ledger.release(owner, turns.getLast());
    }
    if (random.nextInt(3) == 0) {
      owner++;
      number = 1;
      ledger.owner(owner);
    }
  }

  /** Mostly the present attempt, at times a zombie's. */
  private Attempt attempt(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> new Attempt(Math.max(1, owner - 1), number);
      case 1 -> new Attempt(owner, Math.max(1, number - 1));
      default -> new Attempt(owner, number);
    };
  }

  private static TurnStatus status(Random random) {
    TurnStatus[] all = TurnStatus.values();
    return random.nextBoolean() ? TurnStatus.OK : all[random.nextInt(all.length)];
  }

  private void pick(Random random, Consumer<TurnId> what) {
    if (!turns.isEmpty()) {
      int recent = Math.min(turns.size(), 3);
      what.accept(turns.get(turns.size() - 1 - random.nextInt(recent)));
    }
  }

  private void directive(Random random, TurnId turn) {
    String messageId = "m" + written.size();
    String dialog =
        switch (random.nextInt(6)) {
          case 0 -> "";
          case 1 -> "dialog-" + random.nextInt(8);
          default -> turn.dialog();
        };
    write(
        messageId,
        new Written(
            turn, attempt(random), NAMES[random.nextInt(NAMES.length)], dialog, written.size()));
  }

  private void repeat(Random random) {
    if (!written.isEmpty()) {
      String messageId = "m" + random.nextInt(written.size());
      repeated.add(messageId);
      write(messageId, written(messageId));
    }
  }

  private void write(String messageId, Written w) {
    written.put(messageId, w);
    ledger.directive(
        Optional.of(w.turn()),
        w.attempt(),
        Channel.RESPONSE,
        Ledger.json(w.name(), messageId, w.dialog(), ""));
  }

  private void comeAndGo(Random random) {
    switch (random.nextInt(3)) {
      case 0 -> ledger.input(new Input.Disconnected());
      case 1 -> resume();
      default -> ackLatest();
    }
  }

  /** A device that resumes correctly: it acknowledges all it has had. */
  private void resume() {
    ledger.sent.forEach(this::acknowledge);
    ledger.connect();
  }

  private void ackLatest() {
    if (!ledger.sent.isEmpty()) {
      acknowledge(ledger.sent.getLast());
    }
  }

  private void acknowledge(Delivery delivery) {
    delivery.cursor().ifPresent(ledger::ack);
    String text = Ledger.text(delivery.message());
    ledger.ackMessages(text);
  }

  private List<String> directives() {
    return ledger.heard().stream().filter(written::containsKey).toList();
  }

  private Written written(String messageId) {
    return Objects.requireNonNull(written.get(messageId));
  }

  private static boolean steers(Written w) {
    return w.name().startsWith("SpeechRecognizer.");
  }

  private void oneAttempt() {
    Map<TurnId, Attempt> heard = new HashMap<>();
    for (String id : directives()) {
      Written w = written(id);
      if (!steers(w)) {
        assertThat(heard.computeIfAbsent(w.turn(), t -> w.attempt()))
            .as("attempt of %s, heard in %s", w.turn(), id)
            .isEqualTo(w.attempt());
      }
    }
  }

  private void eachOnce() {
    assertThat(directives()).doesNotHaveDuplicates();
  }

  private void inOrder() {
    Map<String, Integer> latest = new HashMap<>();
    for (String id : directives()) {
      Written w = written(id);
      if (!steers(w) && !w.dialog().isEmpty() && !repeated.contains(id)) {
        Integer before = latest.put(w.turn() + "/" + w.dialog(), w.order());
        assertThat(before == null ? -1 : before).as("before %s", id).isLessThan(w.order());
      }
    }
  }

  private void nothingAfterClose() {
    Set<String> closed = new HashSet<>();
    for (String text : ledger.heard()) {
      if (text.startsWith("closed ")) {
        closed.add(text.substring("closed ".length()));
      } else if (written.containsKey(text)) {
        assertThat(closed)
            .as("closed before %s", text)
            .doesNotContain(written(text).turn().message());
      }
    }
  }
}
