package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.standin.DownchannelScript;
import dev.parley.standin.StandIn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much speech waits for CIC, and who is given up when it is too much. */
final class HeldBytesTest {
  /** Eleven chunks of a turn count as much; ten are too few to be given up for. */
  private static final int LARGE = 20;

  private static final int SMALL = 10;
  private static final long LIMIT = 50L * Utterance.CHUNK;

  @RegisterExtension private final CicBench bench = new CicBench(LIMIT);

  /** Turns that hold so many chunks each, because no Hello comes. */
  private List<Utterance> waiting(int... chunks) throws Exception {
    StandIn standIn = bench.standIn(config -> config.withDownchannel(DownchannelScript.NO_HELLO));
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withHelloLimit(Duration.ofHours(1)));
    List<Utterance> waiting = new ArrayList<>();
    for (int i = 0; i < chunks.length; i++) {
      Utterance utterance = bench.begin(bench.link(cic, "device-" + i), "device-" + i);
      utterance.speak(chunks[i]);
      waiting.add(utterance);
    }
    return waiting;
  }

  @Test
  void itSaysHowMuchIsMuch() {
    HeldBytes held = new HeldBytes(400);
    held.add(200);
    assertThat(held.isRoomy()).isTrue();
    held.add(1);
    assertThat(held.isRoomy()).isFalse();
    held.add(99);
    assertThat(held.isTight()).isFalse();
    held.add(1);
    assertThat(held.isTight()).isTrue();
    held.add(99);
    assertThat(held.isOver()).isFalse();
    held.add(1);
    assertThat(held.isOver()).isTrue();
    held.add(-401);
    assertThat(held.bytes()).isZero();
    assertThat(held.most()).isEqualTo(401);
    assertThat(held.limit()).isEqualTo(400);
  }

  @Test
  void whatCicHasTakenIsHeldNoMore() throws Exception {
    DeviceLink link = bench.link(bench.cic(bench.standIn().uri()), "kitchen");
    for (int i = 0; i < 3; i++) {
      Utterance utterance = bench.begin(link, "kitchen");
      utterance.speak(7);
      utterance.speakAndEndWell();
      assertThat(utterance.call.heldBytes()).isZero();
      assertThat(bench.held.bytes()).isZero();
    }
    assertThat(bench.held.most()).isBetween((long) Utterance.CHUNK, 10L * Utterance.CHUNK);
  }

  @Test
  void theTurnThatHoldsMostIsGivenUpAndNoMoreThanNeedBe() throws Exception {
    List<Utterance> turns = waiting(LARGE, LARGE + 5, SMALL);
    assertThat(bench.held.bytes()).isEqualTo(55L * Utterance.CHUNK);
    bench.held.shed();
    assertThat(turns.get(1).told.end()).isEqualTo("broken shed");
    assertThat(turns.get(0).told.hasEnded()).isFalse();
    assertThat(turns.get(2).told.hasEnded()).isFalse();
    assertThat(bench.held.bytes()).isEqualTo(30L * Utterance.CHUNK);
    assertThat(bench.held.most()).isEqualTo(55L * Utterance.CHUNK);
    bench.held.shed();
    assertThat(turns.get(0).told.hasEnded()).isFalse();
  }

  @Test
  void turnsThatHoldLittleAreNotGivenUp() throws Exception {
    List<Utterance> turns = waiting(SMALL, SMALL, SMALL, SMALL, SMALL, SMALL);
    assertThat(bench.held.isOver()).isTrue();
    bench.held.shed();
    assertThat(turns).noneMatch(turn -> turn.told.hasEnded());
    turns.forEach(turn -> turn.call.abort());
    assertThat(bench.held.bytes()).isZero();
  }
}
