package dev.parley.dispatcher.cic;

import static dev.parley.dispatcher.cic.CicBench.client;
import static dev.parley.dispatcher.cic.CicBench.left;
import static dev.parley.dispatcher.cic.CicBench.seenBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.dispatcher.cic.BarePeer.Manners;
import dev.parley.dispatcher.cic.LaneCounts.Why;
import dev.parley.standin.ReceivedTurn;
import dev.parley.standin.Reply;
import dev.parley.standin.Row;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which devices share a connection, and when one is left. */
final class LanesTest {
  private static final Duration STUCK = Duration.ofSeconds(1);

  @RegisterExtension private final CicBench bench = new CicBench();

  @Test
  void twelveDevicesWithAPeerThatAllowsEightStreamsAreSpreadAndNoneGets412() throws Exception {
    StandIn standIn = bench.standIn(8);
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withDevicesPerLane(12));
    List<DeviceLink> links = bench.links(cic, 12);
    for (int round = 0; round < 3; round++) {
      List<Utterance> events = bench.beginAll(links);
      events.forEach(event -> event.speak(5));
      events.forEach(event -> event.call.finish());
      assertThat(events)
          .extracting(event -> event.told.end())
          .hasSize(12)
          .containsOnly("ended 200");
    }
    assertThat(standIn.verdicts().failures()).isEmpty();
    // OkHttp may learn of CIC's limit later than of its answers.
    await("two devices a lane at most").until(() -> cic.lanes().devicesPerLane() == 2);
    await("six lanes at least").until(() -> cic.lanes().open() >= 6);
    assertThat(cic.lanes().devices()).isEqualTo(12);
  }

  @Test
  void moreEventsThanCicAllowsStreamsOnAConnectionMoveTheirDevice() throws Exception {
    StandIn standIn = bench.standIn(3);
    Cic cic = bench.cic(standIn.uri());
    DeviceLink link = bench.link(cic, "kitchen");
    Utterance first = bench.begin(link, "kitchen");
    Utterance second = bench.begin(link, "kitchen");
    first.speak(1);
    second.speak(1);
    first.told.awaitRequested();
    second.told.awaitRequested();
    Utterance third = bench.begin(link, "kitchen");
    third.speakAndEndWell();
    assertThat(cic.lanes().strays()).isPositive();
    assertThat(left(cic, Why.OVERFLOW)).isPositive();
    first.speakAndEndWell();
    second.speakAndEndWell();
    assertThat(standIn.verdicts().failed(Row.C5)).isZero();
    await("the lane that was left").until(() -> cic.lanes().leaving() == 0);
  }

  @Test
  void goAwayInMidUploadCutsNoTurnAndMovesItsDevice() throws Exception {
    StandIn standIn = bench.standIn();
    try (Relay relay = new Relay(standIn.uri())) {
      Cic cic = bench.cic(relay.uri(), settings -> settings.withDevicesPerLane(10));
      List<DeviceLink> links = bench.links(cic, 3);
      CountDownLatch seen = seenBy(standIn, 3);
      List<Utterance> running = bench.beginAll(links);
      running.forEach(event -> event.speak(2));
      assertThat(seen.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(relay.open()).isEqualTo(1);
      standIn.goAway();
      await("the lane to be left").until(() -> left(cic, Why.GOAWAY) == 1);
      await("new downchannels").until(() -> cic.lanes().reopens() == 3);
      List<Utterance> later = bench.beginAll(links);
      later.forEach(Utterance::speakAndEndWell);
      assertThat(relay.open()).isEqualTo(2);
      running.forEach(Utterance::speakAndEndWell);
      await("the old connection to be closed").until(() -> relay.open() == 1);
      assertThat(cic.lanes().leaving()).isZero();
      assertThat(standIn.verdicts().failures()).isEmpty();
      assertThat(standIn.turns())
          .hasSize(6)
          .allSatisfy(turn -> assertThat(turn.finish()).isEqualTo(ReceivedTurn.Finish.CLIENT_END));
    }
  }

  @Test
  void droppedConnectionsBringDevicesToNewLanes() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withDevicesPerLane(2));
    List<DeviceLink> links = bench.links(cic, 6);
    bench.beginAll(links).forEach(Utterance::speakAndEndWell);
    assertThat(cic.lanes().open()).isEqualTo(3);
    standIn.dropConnections();
    // The endpoint's HTTP/2 says GOAWAY as it closes, and a slow machine may see that first.
    await("three lanes to be left").until(() -> left(cic, Why.BROKEN) + left(cic, Why.GOAWAY) == 3);
    bench.beginAll(links).forEach(Utterance::speakAndEndWell);
    await("the old lanes to be gone").until(() -> cic.lanes().leaving() == 0);
    assertThat(cic.lanes().open()).isEqualTo(3);
    assertThat(standIn.verdicts().failures()).isEmpty();
  }

  @Test
  void aConnectionWithoutPingAcksIsReplaced() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withPing(Duration.ofMillis(200)));
    DeviceLink link = bench.link(cic, "kitchen");
    bench.begin(link, "kitchen").speakAndEndWell();
    standIn.answerPings(false);
    await("the lane to be left").until(() -> left(cic, Why.PING) > 0);
    standIn.answerPings(true);
    bench.begin(link, "kitchen").speakAndEndWell();
  }

  @Test
  void aStreamThatIsStuckIsResetAndItsHalfOpenLaneReplacedWhileNeighboursSpeakOn()
      throws Exception {
    StandIn standIn = bench.standIn();
    try (Relay relay = new Relay(standIn.uri())) {
      // No ping is to be lost: what is looked at is that nothing is taken.
      Cic cic = bench.cic(relay.uri(), settings -> settings.withPing(Duration.ofMinutes(5)));
      DeviceLink kitchen = bench.link(cic, "kitchen");
      bench.begin(kitchen, "kitchen").speakAndEndWell();
      Relay.Line kitchens = relay.lines().getLast();
      DeviceLink hall = bench.link(cic, "hall");
      Utterance neighbour = bench.begin(hall, "hall");
      neighbour.speak(1);
      neighbour.told.awaitRequested();
      kitchens.halfOpen();
      Utterance stuck = bench.begin(kitchen, "kitchen");
      stuck.speak(250);
      await("the stream on one of " + relay + " to be given up")
          .until(() -> {
            stuck.call.checkProgress(STUCK);
            neighbour.call.checkProgress(STUCK);
            return stuck.told.hasEnded();
          });
      assertThat(stuck.told.end()).isEqualTo("broken stuck, may heal");
      assertThat(cic.lanes().stuckResets()).isEqualTo(1);
      assertThat(left(cic, Why.STALLED)).isEqualTo(1);
      bench.begin(kitchen, "kitchen").speakAndEndWell();
      neighbour.speakAndEndWell();
      await("the half-open connection to be closed").until(() -> cic.lanes().leaving() == 0);
    }
  }

  @Test
  void oneStuckStreamLeavesItsLaneAndTwoInARowDoNot() throws Exception {
    StandIn standIn = bench.standIn();
    try (Relay relay = new Relay(standIn.uri())) {
      Cic cic =
          bench.cic(
              relay.uri(),
              settings -> settings.withDevicesPerLane(10).withPing(Duration.ofMinutes(5)));
      List<DeviceLink> links = bench.links(cic, 3);
      bench.beginAll(links).forEach(Utterance::speakAndEndWell);
      relay.lines().getLast().halfOpen();
      Utterance first = bench.begin(links.get(0), "device-0");
      first.speak(250);
      await("the first to be given up")
          .until(() -> {
            first.call.checkProgress(STUCK);
            return first.told.hasEnded();
          });
      assertThat(left(cic, Why.STALLED)).isZero();
      Utterance second = bench.begin(links.get(1), "device-1");
      second.speak(250);
      await("the second to be given up")
          .until(() -> {
            second.call.checkProgress(STUCK);
            return second.told.hasEnded();
          });
      assertThat(left(cic, Why.STALLED)).isEqualTo(1);
      bench.beginAll(links).forEach(Utterance::speakAndEndWell);
    }
  }

  /** One device's streams say nothing of the connection; two devices' do. */
  @Test
  void aResetInMidAnswerMovesNobodyUntilASecondDeviceFaresSo() throws Exception {
    BarePeer peer = bench.peer(Manners.GOOD);
    Cic cic = bench.cic(peer.uri(), settings -> settings.withDevicesPerLane(3));
    List<DeviceLink> links = bench.links(cic, 2);
    bench.begin(links.getFirst(), "device-0").speakAndEndWell();
    bench.begin(links.getLast(), "device-1").speakAndEndWell();
    peer.behave(
        Manners.GOOD.withBegun(stream -> {
          stream.head(200, BarePeer.multipart());
          stream.say(BarePeer.directive("RenderText"));
          stream.reset(BarePeer.INTERNAL_ERROR);
        }));
    resetOnce(links.getFirst(), "device-0");
    assertThat(cic.lanes().left()).isEmpty();
    assertThat(peer.connections()).isEqualTo(1);
    resetOnce(links.getLast(), "device-1");
    assertThat(cic.lanes().left()).isEqualTo(Map.of(Why.RESET, 1L));
    peer.behave(Manners.GOOD);
    bench.begin(links.getFirst(), "device-0").speakAndEndWell();
    bench.begin(links.getLast(), "device-1").speakAndEndWell();
    assertThat(peer.connections()).isEqualTo(2);
  }

  private void resetOnce(DeviceLink link, String device) {
    Utterance reset = bench.begin(link, device);
    reset.speak(20);
    assertThat(reset.told.end()).isEqualTo("broken stream-reset, may heal");
  }

  /** Perhaps it is the way that its streams take behind this connection. */
  @Test
  void aDeviceWhoseStreamsAreResetOneAfterTheOtherMovesAlone() throws Exception {
    BarePeer peer = bench.peer(Manners.GOOD);
    Cic cic = bench.cic(peer.uri(), settings -> settings.withDevicesPerLane(3));
    List<DeviceLink> links = bench.links(cic, 2);
    bench.begin(links.getFirst(), "device-0").speakAndEndWell();
    bench.begin(links.getLast(), "device-1").speakAndEndWell();
    Manners resets = Manners.GOOD.withBegun(stream -> stream.reset(BarePeer.INTERNAL_ERROR));
    peer.behave(resets);
    resetOnce(links.getFirst(), "device-0");
    resetOnce(links.getFirst(), "device-0");
    peer.behave(Manners.GOOD);
    bench.begin(links.getFirst(), "device-0").speakAndEndWell();
    assertThat(peer.connections()).isEqualTo(2);
    bench.begin(links.getLast(), "device-1").speakAndEndWell();
    assertThat(peer.connections()).isEqualTo(2);
    assertThat(cic.lanes().left()).isEmpty();
  }

  /** Each time it hears Hello again: they were no two in a row. */
  @Test
  void downchannelsThatAreResetNowAndThenMoveNobody() throws Exception {
    List<BarePeer.Stream> opened = new CopyOnWriteArrayList<>();
    BarePeer peer =
        bench.peer(
            Manners.GOOD.withDownchannel(stream -> {
              Manners.sayHello(stream);
              opened.add(stream);
            }));
    Cic cic = bench.cic(peer.uri(), settings -> settings.withDevicesPerLane(3));
    List<DeviceLink> links = bench.links(cic, 2);
    await("downchannels").until(() -> opened.size() == 2);
    for (int n = 0; n < 2; n++) {
      int before = opened.size();
      opened.get(n).reset(BarePeer.INTERNAL_ERROR);
      var _ = bench.beginAll(links); // They are in a hurry.
      await("another downchannel").until(() -> opened.size() > before);
    }
    assertThat(cic.lanes().left()).isEmpty();
    // OkHttp may have dialled another for an event that met the reset: nothing went there.
    assertThat(cic.lanes().open()).isEqualTo(1);
    assertThat(cic.lanes().leaving()).isZero();
  }

  @Test
  void breakingOffAnEventLeavesNeighboursOnItsLaneAlone() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withDevicesPerLane(20));
    List<DeviceLink> links = bench.links(cic, 20);
    List<Utterance> events = bench.beginAll(links);
    events.forEach(event -> event.speak(50));
    events.forEach(event -> event.told.awaitRequested());
    for (int i = 0; i < 20; i += 2) {
      events.get(i).call.abort();
    }
    for (int i = 1; i < 20; i += 2) {
      events.get(i).speakAndEndWell();
    }
    assertThat(cic.lanes().left()).isEmpty();
    assertThat(standIn.verdicts().failed(Row.C5)).isZero();
  }

  @Test
  void closedLinksLeaveNoConnectionAndNoUserBehind() throws Exception {
    StandIn standIn = bench.standIn();
    try (Relay relay = new Relay(standIn.uri())) {
      Cic cic = bench.cic(relay.uri(), settings -> settings.withDevicesPerLane(3));
      List<DeviceLink> links = bench.links(cic, 9);
      List<Utterance> events = bench.beginAll(links);
      events.subList(0, 5).forEach(Utterance::speakAndEndWell);
      List<Utterance> running = events.subList(5, 9);
      running.forEach(event -> event.speak(3));
      running.forEach(event -> event.told.awaitRequested());
      // One is refused while it speaks.
      standIn
          .scripts()
          .when(
              turn -> turn.client().equals(client("device-0")),
              Script.replying(Reply.status(400)).withEarly(true));
      Utterance refused = bench.begin(links.getFirst(), "device-0");
      refused.speak(3);
      assertThat(refused.told.end()).isEqualTo("ended 400");
      assertThat(relay.open()).isEqualTo(3);
      events.forEach(event -> event.call.abort());
      links.forEach(DeviceLink::close);
      await("all lanes to be closed")
          .until(() -> cic.lanes().open() == 0 && cic.lanes().leaving() == 0);
      await("all connections to be closed").until(() -> relay.open() == 0);
      assertThat(cic.lanes().devices()).isZero();
    }
  }
}
