package dev.parley.dispatcher.cic;

import static dev.parley.dispatcher.cic.CicBench.USUAL;
import static dev.parley.dispatcher.cic.CicBench.client;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.dispatcher.cic.BarePeer.Manners;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.multipart.EventBody;
import dev.parley.standin.AudioLayout;
import dev.parley.standin.Cut;
import dev.parley.standin.DownchannelScript;
import dev.parley.standin.ReceivedTurn;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.Upload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One event request, from its beginning to whatever end. */
final class EventCallTest {
  @RegisterExtension private final CicBench bench = new CicBench();

  private void awaitNothingHeld() {
    await("nothing to wait for CIC").until(() -> bench.held.bytes() == 0);
  }

  /** A turn that has begun to speak, of which CIC has taken all so far. */
  private Utterance speaking(DeviceLink link, String device) {
    Utterance utterance = bench.begin(link, device);
    utterance.speak(50);
    await("what was said").until(() -> utterance.call.heldBytes() == 0);
    return utterance;
  }

  @ParameterizedTest
  @EnumSource
  void whatWasSaidComesToCicInEitherLayout(EventBody.Layout layout) throws Exception {
    StandIn standIn =
        bench.standIn(config -> config.withLayout(AudioLayout.valueOf(layout.name())));
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withLayout(layout));
    Utterance utterance = bench.begin(bench.link(cic, "kitchen"), "kitchen");
    utterance.speakAndEndWell();
    utterance.told.awaitUploaded();
    assertThat(standIn.verdicts().failures()).isEmpty();
    ReceivedTurn received = standIn.turns().getFirst();
    assertThat(received.audioSha256()).isEqualTo(Utterance.sha256(3, new byte[0]));
    assertThat(received.audioChunks()).isEqualTo(layout == EventBody.Layout.ONE_PART ? 1 : 3);
    assertThat(received.messageId()).isEqualTo(utterance.turn.message());
    awaitNothingHeld();
  }

  @Test
  void whatIsSaidAfterTheEndIsHeldByNobody() throws Exception {
    DeviceLink link = bench.link(bench.cic(bench.standIn().uri()), "kitchen");
    Utterance ended = bench.begin(link, "kitchen");
    ended.speakAndEndWell();
    ended.told.awaitUploaded();
    for (int i = 0; i < 5; i++) {
      ended.speak(10);
      awaitNothingHeld();
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BarePeer.CANCEL,
        BarePeer.INTERNAL_ERROR,
        BarePeer.REFUSED_STREAM,
        BarePeer.ENHANCE_YOUR_CALM
      })
  void aResetInMidUploadMayHealAndTheNextTurnGoesWell(int code) throws Exception {
    BarePeer peer = bench.peer(Manners.GOOD.withBegun(stream -> stream.reset(code)));
    DeviceLink link = bench.link(bench.cic(peer.uri()), "kitchen");
    Utterance reset = bench.begin(link, "kitchen");
    assertThat(reset.told.end()).isEqualTo("broken stream-reset, may heal");
    peer.behave(Manners.GOOD);
    bench.begin(link, "kitchen").speakAndEndWell();
    awaitNothingHeld();
  }

  @Test
  void aResetInMidUploadCutsNoNeighbour() throws Exception {
    StandIn standIn = bench.standIn();
    standIn
        .scripts()
        .when(
            turn -> turn.client().equals(client("device-0")),
            USUAL.withEarly(true).withCut(new Cut.ResetAfter(0)));
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withDevicesPerLane(2));
    List<DeviceLink> links = bench.links(cic, 2);
    Utterance neighbour = speaking(links.getLast(), "device-1");
    Utterance reset = bench.begin(links.getFirst(), "device-0");
    reset.speak(1);
    assertThat(reset.told.end()).isEqualTo("broken stream-reset, may heal");
    neighbour.speakAndEndWell();
    assertThat(standIn.turns())
        .extracting(ReceivedTurn::finish)
        .containsExactly(ReceivedTurn.Finish.ABORTED, ReceivedTurn.Finish.CLIENT_END);
  }

  @ParameterizedTest
  @EnumSource(names = "READ", mode = EnumSource.Mode.EXCLUDE)
  void anUploadThatCicStopsTakingIsGivenUpAsStuck(Upload upload) throws Exception {
    StandIn standIn =
        bench.standIn(config ->
            config
                .withScript(USUAL.withUpload(upload))
                .withCapacity(
                    StandInConfig.Capacity.DEFAULT.withWindows(
                        32_768, StandInConfig.Capacity.LEAST_CONNECTION_WINDOW)));
    Utterance stuck = bench.begin(bench.link(bench.cic(standIn.uri()), "kitchen"), "kitchen");
    stuck.speak(100);
    await("the turn to be given up")
        .until(() -> {
          stuck.call.checkProgress(Duration.ofSeconds(1));
          return stuck.told.hasEnded();
        });
    assertThat(stuck.told.end()).isEqualTo("broken stuck, may heal");
    await("CIC to see it").until(() -> !standIn.turns().isEmpty());
    assertThat(standIn.turns().getFirst().finish()).isEqualTo(ReceivedTurn.Finish.ABORTED);
    awaitNothingHeld();
  }

  /** Speech that is poured in comes through a window that is smaller than a chunk. */
  @ParameterizedTest
  @ValueSource(ints = {1_024, 4_096, 65_535})
  void aSmallWindowHoldsUpNothing(int window) throws Exception {
    BarePeer peer = bench.peer(Manners.GOOD, window);
    Utterance poured = bench.begin(bench.link(bench.cic(peer.uri()), "kitchen"), "kitchen");
    poured.speak(100);
    poured.call.send(new byte[200_000]);
    poured.call.finish();
    assertThat(poured.told.end()).isEqualTo("ended 200");
    poured.told.awaitUploaded();
    awaitNothingHeld();
  }

  /** It wants no more of the request, and says so on the stream alone (C48). */
  @ParameterizedTest
  @ValueSource(ints = {BarePeer.NO_ERROR, BarePeer.CANCEL, BarePeer.INTERNAL_ERROR})
  void anAnswerInFullStandsThoughTheStreamIsResetThen(int code) throws Exception {
    BarePeer peer =
        bench.peer(
            Manners.GOOD.withBegun(stream -> {
              Manners.answerWell(stream);
              stream.reset(code);
            }));
    Cic cic = bench.cic(peer.uri(), settings -> settings.withDevicesPerLane(2));
    DeviceLink link = bench.link(cic, "kitchen");
    Utterance answered = bench.begin(link, "kitchen");
    assertThat(answered.told.end()).isEqualTo("ended 200");
    answered.speakUntilRefused();
    assertThat(answered.told.heard()).containsExactly("Clova.RenderText", "ended 200");
    peer.behave(Manners.GOOD);
    bench.begin(link, "kitchen").speakAndEndWell();
    assertThat(cic.lanes().left()).isEmpty();
    assertThat(peer.connections()).isEqualTo(1);
    awaitNothingHeld();
  }

  /** So does a refusal: its stream's end says nothing of the connection. */
  @Test
  void aRefusalThatResetsItsStreamLeavesTheConnection() throws Exception {
    BarePeer peer =
        bench.peer(
            Manners.GOOD.withBegun(stream -> {
              stream.head(429);
              stream.end();
              stream.reset(BarePeer.NO_ERROR);
            }));
    Cic cic = bench.cic(peer.uri());
    DeviceLink link = bench.link(cic, "kitchen");
    for (int i = 0; i < 100; i++) {
      Utterance refused = bench.begin(link, "kitchen");
      refused.speak(20);
      assertThat(refused.told.end()).isEqualTo("ended 429");
    }
    peer.behave(Manners.GOOD);
    bench.begin(link, "kitchen").speakAndEndWell();
    assertThat(cic.lanes().left()).isEmpty();
    assertThat(peer.connections()).isEqualTo(1);
  }

  /** What CIC has said may take its time, though it takes no more. */
  @Test
  void whoReadsAnAnswerSlowlyLosesNothingOfIt() throws Exception {
    BarePeer peer =
        bench.peer(
            Manners.GOOD.withBegun(stream -> {
              Manners.answerWell(stream);
              stream.reset(BarePeer.NO_ERROR);
            }));
    CountDownLatch goOn = new CountDownLatch(1);
    Told slow =
        new Told() {
          @Override
          public void directive(Directive directive) {
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            super.directive(directive);
          }
        };
    DeviceLink link = bench.link(bench.cic(peer.uri()), "kitchen");
    Utterance answered = bench.begin(link, "kitchen", slow);
    slow.awaitRequested();
    await("nothing to be given up")
        .during(Duration.ofMillis(900))
        .until(() -> {
          answered.call.send(new byte[Utterance.CHUNK]);
          answered.call.checkProgress(Duration.ofMillis(300));
          return !slow.hasEnded();
        });
    goOn.countDown();
    assertThat(slow.end()).isEqualTo("ended 200");
    answered.speakUntilRefused();
    awaitNothingHeld();
  }

  @Test
  void anAnswerInFullStandsThoughCicTakesNoMore() throws Exception {
    BarePeer peer = bench.peer(Manners.GOOD.withBegun(Manners::answerWell), 1_024);
    peer.creditNoMore();
    Cic cic = bench.cic(peer.uri());
    Utterance answered = bench.begin(bench.link(cic, "kitchen"), "kitchen");
    assertThat(answered.told.end()).isEqualTo("ended 200");
    answered.speak(100);
    await("the rest to be given up")
        .until(() -> {
          answered.call.checkProgress(Duration.ofSeconds(1));
          return bench.held.bytes() == 0;
        });
    answered.speakUntilRefused();
    assertThat(cic.lanes().stuckResets()).isZero();
  }

  @Test
  void anAbortedTurnLeavesNothingUnderWay() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri());
    DeviceLink link = bench.link(cic, "kitchen");
    Utterance aborted = speaking(link, "kitchen");
    aborted.call.abort();
    aborted.speak(5);
    assertThat(aborted.call.heldBytes()).isZero();
    assertThat(bench.held.bytes()).isZero();
    await("CIC to see it").until(() -> standIn.turns().size() == 1);
    assertThat(standIn.turns().getFirst().finish()).isEqualTo(ReceivedTurn.Finish.ABORTED);
    link.close();
    await("its lane to be closed")
        .until(() -> cic.lanes().open() == 0 && cic.lanes().leaving() == 0);
  }

  @Test
  void aTurnThatIsAbortedBeforeHelloSendsNothing() throws Exception {
    StandIn standIn = bench.standIn();
    standIn.scripts().nextDownchannel(DownchannelScript.NO_HELLO);
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withHelloLimit(Duration.ofHours(1)));
    DeviceLink link = bench.link(cic, "kitchen");
    await("the downchannel").until(() -> standIn.hasDownchannel(client("kitchen")));
    Utterance aborted = bench.begin(link, "kitchen");
    aborted.speak(10);
    assertThat(bench.held.bytes()).isEqualTo(10 * Utterance.CHUNK);
    aborted.call.abort();
    assertThat(bench.held.bytes()).isZero();
    standIn.endDownchannel(client("kitchen"));
    Utterance next = bench.begin(link, "kitchen");
    next.speakAndEndWell();
    assertThat(aborted.told.isRequested()).isFalse();
    assertThat(standIn.turns())
        .extracting(ReceivedTurn::messageId)
        .containsExactly(next.turn.message());
  }

  @Test
  void closingTheLinkLeavesRunningTurnsToTheirOwner() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri());
    DeviceLink link = bench.link(cic, "kitchen");
    Utterance running = speaking(link, "kitchen");
    link.close();
    running.speakAndEndWell();
    awaitNothingHeld();
    await("its lane to be closed")
        .until(() -> cic.lanes().open() == 0 && cic.lanes().leaving() == 0);
  }

  @Test
  void closingAllBreaksWhatRuns() throws Exception {
    StandIn standIn = bench.standIn();
    Relay relay = bench.relay(standIn);
    Cic cic = bench.cic(relay.uri());
    Utterance running = speaking(bench.link(cic, "kitchen"), "kitchen");
    cic.close();
    assertThat(running.told.end()).startsWith("broken ");
    await("the connection's end").until(() -> relay.open() == 0);
  }

  @Test
  void moreThanTwoMebibytesAreNotQueued() throws Exception {
    StandIn standIn = bench.standIn(config -> config.withDownchannel(DownchannelScript.NO_HELLO));
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withHelloLimit(Duration.ofHours(1)));
    Utterance fast = bench.begin(bench.link(cic, "kitchen"), "kitchen");
    int most = 2 * 1024 * 1024 / Utterance.CHUNK;
    fast.speak(most);
    assertThat(fast.call.send(new byte[Utterance.CHUNK])).isFalse();
    assertThat(fast.call.heldBytes()).isEqualTo((long) most * Utterance.CHUNK);
    fast.call.overflow();
    assertThat(fast.told.end()).isEqualTo("broken overflow");
    assertThat(fast.call.heldBytes()).isZero();
    assertThat(bench.held.bytes()).isZero();
  }

  /** What a listener throws at. */
  enum Throwing {
    DIRECTIVE,
    ATTACHMENT_BEGUN,
    ATTACHMENT_ENDED,
    ENDED
  }

  @ParameterizedTest
  @EnumSource
  void aListenerThatThrowsEndsItsOwnTurnOnly(Throwing at) throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withDevicesPerLane(2));
    DeviceLink kitchen = bench.link(cic, "kitchen", new KeptAttachments(), new Told());
    Utterance neighbour = speaking(bench.link(cic, "hall"), "hall");
    Utterance hurt = bench.begin(kitchen, "kitchen", new Thrower(at));
    hurt.speak(2);
    hurt.call.finish();
    assertThat(hurt.told.end()).isEqualTo("broken internal");
    neighbour.speakAndEndWell();
    bench.begin(kitchen, "kitchen").speakAndEndWell();
    assertThat(cic.lanes().left()).isEmpty();
    awaitNothingHeld();
  }

  @Test
  void aListenerThatThrowsWhenTheRequestHasBegunEndsItsTurn() throws Exception {
    thrown(
        new Told() {
          @Override
          public void requested() {
            throw new IllegalStateException("as the test wants it");
          }
        });
  }

  @Test
  void aListenerThatThrowsWhenAllIsUploadedEndsItsTurn() throws Exception {
    thrown(
        new Told() {
          @Override
          public void uploaded() {
            throw new IllegalStateException("as the test wants it");
          }
        });
  }

  /** By a CIC that does not answer, so that nothing else ends it. */
  private void thrown(Told told) throws Exception {
    BarePeer peer = bench.peer(Manners.GOOD.withUploaded(stream -> {}));
    Utterance hurt = bench.begin(bench.link(bench.cic(peer.uri()), "kitchen"), "kitchen", told);
    hurt.speak(2);
    hurt.call.finish();
    assertThat(hurt.told.end()).isEqualTo("broken internal");
    awaitNothingHeld();
  }

  private static final class Thrower extends Told {
    private final Throwing at;

    Thrower(Throwing at) {
      this.at = at;
    }

    private void maybe(Throwing here) {
      if (at == here) {
        throw new IllegalStateException("as the test wants it");
      }
    }

    @Override
    public void directive(Directive directive) {
      maybe(Throwing.DIRECTIVE);
    }

    @Override
    public void attachmentBegun(String name, String contentId, String contentType, long offset) {
      maybe(Throwing.ATTACHMENT_BEGUN);
    }

    @Override
    public void attachmentEnded(String name, long length, String sha256, boolean whole) {
      maybe(Throwing.ATTACHMENT_ENDED);
    }

    @Override
    public void ended(int status, Optional<Directive> error, long retryAfterMillis) {
      maybe(Throwing.ENDED);
      super.ended(status, error, retryAfterMillis);
    }
  }
}
