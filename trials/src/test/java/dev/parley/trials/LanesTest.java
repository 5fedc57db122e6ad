package dev.parley.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.dispatcher.cic.AttachmentStore;
import dev.parley.dispatcher.cic.Cic;
import dev.parley.dispatcher.cic.CicSettings;
import dev.parley.dispatcher.cic.Credentials;
import dev.parley.dispatcher.cic.DeviceIdentity;
import dev.parley.dispatcher.cic.DeviceLink;
import dev.parley.dispatcher.cic.EventCall;
import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.dispatcher.cic.LaneCounts.Why;
import dev.parley.producer.TurnRequest;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Ending;
import dev.parley.standin.ClientId;
import dev.parley.standin.DownchannelScript;
import dev.parley.standin.ReceivedTurn;
import dev.parley.standin.Reply;
import dev.parley.standin.Row;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.StopCapture;
import dev.parley.standin.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lanes over real HTTP/2, against the stand-in, without Kafka. */
final class LanesTest {
  private static final int CHUNK = 6_400;
  private static final Duration STUCK = Duration.ofSeconds(1);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final CountDownLatch over = new CountDownLatch(1);

  @AfterEach
  void close() throws Exception {
    over.countDown();
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  private <T extends AutoCloseable> T with(T part) {
    parts.push(part);
    return part;
  }

  private StandIn standIn(int streams) {
    return with(
        StandIn.start(
            StandInConfig.DEFAULT
                .withTransport(new Transport.Cleartext())
                .withCapacity(new StandInConfig.Capacity(streams, 1))
                .withScript(Script.DEFAULT.withStopCapture(StopCapture.NEVER))));
  }

  private Cic cic(URI at, UnaryOperator<CicSettings> change) throws Exception {
    return cic(at, Credentials.forDemo(), change);
  }

  private Cic cic(URI at, Credentials credentials, UnaryOperator<CicSettings> change)
      throws Exception {
    return with(
        new Cic(
            change.apply(CicSettings.of(at)),
            credentials,
            () -> true,
            new HeldBytes(64 * 1024 * 1024)));
  }

  private DeviceLink link(Cic cic, String device) {
    return with(cic.link(device, AttachmentStore.NONE, new Told()));
  }

  private List<DeviceLink> links(Cic cic, int devices) {
    return IntStream.range(0, devices).mapToObj(i -> link(cic, "device-" + i)).toList();
  }

  private Event begin(DeviceLink link, String device) {
    Event event = new Event(link, TurnRequest.speech(device, "ko"));
    parts.push(event.call::abort);
    return event;
  }

  private List<Event> beginAll(List<DeviceLink> links) {
    return IntStream.range(0, links.size())
        .mapToObj(i -> begin(links.get(i), "device-" + i))
        .toList();
  }

  @Test
  void aDownchannelThatEndsAtOnceIsNotOpenedInQuickSuccession() throws Exception {
    StandIn standIn = standIn(100);
    standIn.scripts().alwaysDownchannel(DownchannelScript.closedAfter(Duration.ofMillis(1)));
    Cic cic = cic(standIn.uri(), s -> s);
    long began = System.nanoTime();
    DeviceLink link = link(cic, "device-0");
    Event event = begin(link, "device-0");
    await("openings").until(() -> cic.lanes().opens() >= 5);
    // A slow machine only makes it longer.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(990));
    event.call.abort();
  }

  /** A stream that CIC does not answer well for any other reason than the one of a test. */
  private static void speakAndEndWell(Event event) {
    event.speak(3);
    event.call.finish();
    assertThat(event.told.end()).isEqualTo("ended 200");
  }

  /** Counts down when an event's metadata is there: what GOAWAY comes after. */
  private static CountDownLatch seenBy(StandIn standIn, int events) {
    CountDownLatch seen = new CountDownLatch(events);
    standIn
        .scripts()
        .when(
            turn -> {
              seen.countDown();
              return false;
            },
            Script.DEFAULT);
    return seen;
  }

  private static long left(Cic cic, Why why) {
    return cic.lanes().left().getOrDefault(why, 0L);
  }

  private static ClientId client(String device) {
    return ClientId.of("demo-" + device);
  }

  @Test
  void twelveDevicesWithAPeerThatAllowsEightStreamsAreSpreadAndNoneGets412() throws Exception {
    StandIn standIn = standIn(8);
    Cic cic = cic(standIn.uri(), settings -> settings.withDevicesPerLane(12));
    List<DeviceLink> links = links(cic, 12);
    for (int round = 0; round < 3; round++) {
      List<Event> events = beginAll(links);
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
    StandIn standIn = standIn(3);
    Cic cic = cic(standIn.uri(), settings -> settings);
    DeviceLink link = link(cic, "kitchen");
    Event first = begin(link, "kitchen");
    Event second = begin(link, "kitchen");
    first.speak(1);
    second.speak(1);
    first.told.awaitRequested();
    second.told.awaitRequested();
    Event third = begin(link, "kitchen");
    speakAndEndWell(third);
    assertThat(cic.lanes().strays()).isPositive();
    assertThat(left(cic, Why.OVERFLOW)).isPositive();
    speakAndEndWell(first);
    speakAndEndWell(second);
    assertThat(standIn.verdicts().failed(Row.C5)).isZero();
    await("the lane that was left").until(() -> cic.lanes().leaving() == 0);
  }

  @Test
  void goAwayInMidUploadCutsNoTurnAndMovesItsDevice() throws Exception {
    StandIn standIn = standIn(128);
    try (Relay relay = new Relay(standIn.uri())) {
      Cic cic = cic(relay.uri(), settings -> settings.withDevicesPerLane(10));
      List<DeviceLink> links = links(cic, 3);
      CountDownLatch seen = seenBy(standIn, 3);
      List<Event> running = beginAll(links);
      running.forEach(event -> event.speak(2));
      assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(relay.open()).isEqualTo(1);
      standIn.goAway();
      await("the lane to be left").until(() -> left(cic, Why.GOAWAY) == 1);
      await("new downchannels").until(() -> cic.lanes().reopens() == 3);
      List<Event> later = beginAll(links);
      later.forEach(LanesTest::speakAndEndWell);
      assertThat(relay.open()).isEqualTo(2);
      running.forEach(LanesTest::speakAndEndWell);
      await("the old connection to be closed").until(() -> relay.open() == 1);
      assertThat(cic.lanes().leaving()).isZero();
      assertThat(standIn.verdicts().failures()).isEmpty();
      assertThat(standIn.turns())
          .hasSize(6)
          .allSatisfy(turn -> assertThat(turn.finish()).isEqualTo(ReceivedTurn.Finish.CLIENT_END));
    }
  }

  @Test
  void whatCicSaysWhileADeviceMovesIsNotLost() throws Exception {
    StandIn standIn = standIn(128);
    Cic cic = cic(standIn.uri(), settings -> settings);
    Told pushed = new Told();
    DeviceLink link = with(cic.link("kitchen", AttachmentStore.NONE, pushed));
    CountDownLatch seen = seenBy(standIn, 1);
    Event running = begin(link, "kitchen");
    running.speak(1);
    assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue();
    standIn.goAway();
    int said = 0;
    while (cic.lanes().reopens() == 0 || said < 50) {
      String directive =
          "{\"directive\":{\"header\":{\"namespace\":\"Clova\",\"name\":\"Push\",\"messageId\":\""
              + java.util.UUID.randomUUID()
              + "\"},\"payload\":{}}}";
      if (standIn.push(client("kitchen"), directive)) {
        said++;
      }
      assertThat(over.await(5, TimeUnit.MILLISECONDS)).isFalse();
    }
    int all = said;
    await("everything that was said").until(() -> pushed.directives.get() == all);
  }

  @Test
  void droppedConnectionsBringDevicesToNewLanes() throws Exception {
    StandIn standIn = standIn(128);
    Cic cic = cic(standIn.uri(), settings -> settings.withDevicesPerLane(2));
    List<DeviceLink> links = links(cic, 6);
    beginAll(links).forEach(LanesTest::speakAndEndWell);
    assertThat(cic.lanes().open()).isEqualTo(3);
    standIn.dropConnections();
    // The endpoint's HTTP/2 says GOAWAY as it closes, and a slow machine may see that first.
    await("three lanes to be left").until(() -> left(cic, Why.BROKEN) + left(cic, Why.GOAWAY) == 3);
    beginAll(links).forEach(LanesTest::speakAndEndWell);
    await("the old lanes to be gone").until(() -> cic.lanes().leaving() == 0);
    assertThat(cic.lanes().open()).isEqualTo(3);
    assertThat(standIn.verdicts().failures()).isEmpty();
  }

  @Test
  void aConnectionWithoutPingAcksIsReplaced() throws Exception {
    StandIn standIn = standIn(128);
    Cic cic = cic(standIn.uri(), settings -> settings.withPing(Duration.ofMillis(200)));
    DeviceLink link = link(cic, "kitchen");
    speakAndEndWell(begin(link, "kitchen"));
    standIn.answerPings(false);
    await("the lane to be left").until(() -> left(cic, Why.PING) > 0);
    standIn.answerPings(true);
    speakAndEndWell(begin(link, "kitchen"));
  }

  @Test
  void aStreamThatIsStuckIsResetAndItsHalfOpenLaneReplacedWhileNeighboursSpeakOn()
      throws Exception {
    StandIn standIn = standIn(128);
    try (Relay relay = new Relay(standIn.uri())) {
      // No ping is to be lost: what is looked at is that nothing is taken.
      Cic cic = cic(relay.uri(), settings -> settings.withPing(Duration.ofMinutes(5)));
      DeviceLink kitchen = link(cic, "kitchen");
      speakAndEndWell(begin(kitchen, "kitchen"));
      Relay.Line kitchens = relay.lines().getLast();
      DeviceLink hall = link(cic, "hall");
      Event neighbour = begin(hall, "hall");
      neighbour.speak(1);
      neighbour.told.awaitRequested();
      kitchens.halfOpen();
      Event stuck = begin(kitchen, "kitchen");
      stuck.speak(250);
      await("the stream on one of " + relay + " to be given up")
          .until(() -> {
            stuck.call.checkProgress(STUCK);
            neighbour.call.checkProgress(STUCK);
            return stuck.told.end.isDone();
          });
      assertThat(stuck.told.end()).isEqualTo("broken stuck, may heal");
      assertThat(cic.lanes().stuckResets()).isEqualTo(1);
      assertThat(left(cic, Why.STALLED)).isEqualTo(1);
      speakAndEndWell(begin(kitchen, "kitchen"));
      speakAndEndWell(neighbour);
      await("the half-open connection to be closed").until(() -> cic.lanes().leaving() == 0);
    }
  }

  @Test
  void oneStuckStreamLeavesItsLaneAndTwoInARowDoNot() throws Exception {
    StandIn standIn = standIn(128);
    try (Relay relay = new Relay(standIn.uri())) {
      Cic cic =
          cic(
              relay.uri(),
              settings -> settings.withDevicesPerLane(10).withPing(Duration.ofMinutes(5)));
      List<DeviceLink> links = links(cic, 3);
      beginAll(links).forEach(LanesTest::speakAndEndWell);
      relay.lines().getLast().halfOpen();
      Event first = begin(links.get(0), "device-0");
      first.speak(250);
      await("the first to be given up")
          .until(() -> {
            first.call.checkProgress(STUCK);
            return first.told.end.isDone();
          });
      assertThat(left(cic, Why.STALLED)).isZero();
      Event second = begin(links.get(1), "device-1");
      second.speak(250);
      await("the second to be given up")
          .until(() -> {
            second.call.checkProgress(STUCK);
            return second.told.end.isDone();
          });
      assertThat(left(cic, Why.STALLED)).isEqualTo(1);
      beginAll(links).forEach(LanesTest::speakAndEndWell);
    }
  }

  @Test
  void breakingOffAnEventLeavesNeighboursOnItsLaneAlone() throws Exception {
    StandIn standIn = standIn(128);
    Cic cic = cic(standIn.uri(), settings -> settings.withDevicesPerLane(20));
    List<DeviceLink> links = links(cic, 20);
    List<Event> events = beginAll(links);
    events.forEach(event -> event.speak(50));
    events.forEach(event -> event.told.awaitRequested());
    for (int i = 0; i < 20; i += 2) {
      events.get(i).call.abort();
    }
    for (int i = 1; i < 20; i += 2) {
      speakAndEndWell(events.get(i));
    }
    assertThat(cic.lanes().left()).isEmpty();
    assertThat(standIn.verdicts().failed(Row.C5)).isZero();
  }

  @Test
  void aRefusedTokenIsAskedForOnceHoweverManyWait() throws Exception {
    StandIn standIn = standIn(128);
    ClientId old = ClientId.of("old");
    standIn.scripts().when(turn -> turn.client().equals(old), Script.replying(Reply.status(401)));
    Tokens tokens = new Tokens(Optional.of("new"));
    Cic cic = cic(standIn.uri(), tokens, settings -> settings);
    DeviceLink link = link(cic, "kitchen");
    List<Event> refused = Stream.generate(() -> begin(link, "kitchen")).limit(5).toList();
    refused.forEach(event -> event.speak(1));
    refused.forEach(event -> event.call.finish());
    // Once there is a fresh token the downchannel is opened anew with it: who comes to CIC while
    // there
    // is none gets 412 (C40), and is tried again likewise.
    assertThat(refused)
        .extracting(event -> event.told.end())
        .contains("broken cic-401, may heal")
        .isSubsetOf("broken cic-401, may heal", "ended 412");
    assertThat(tokens.asked.get()).isEqualTo(1);
    assertThat(cic.lanes().tokenRefreshes()).isEqualTo(1);
    speakAndEndWell(begin(link, "kitchen"));
    assertThat(tokens.asked.get()).isEqualTo(1);
  }

  @Test
  void withoutAFreshTokenARefusalIsFinal() throws Exception {
    StandIn standIn = standIn(128);
    standIn.scripts().always(Script.replying(Reply.status(401)));
    Tokens tokens = new Tokens(Optional.empty());
    Cic cic = cic(standIn.uri(), tokens, settings -> settings);
    Event event = begin(link(cic, "kitchen"), "kitchen");
    event.speak(1);
    event.call.finish();
    assertThat(event.told.end()).isEqualTo("ended 401");
  }

  @Test
  void aDownchannelThatIsRefusedIsOpenedOnceMoreWithAFreshToken() throws Exception {
    StandIn standIn = standIn(128);
    standIn.scripts().nextDownchannel(DownchannelScript.refusedWith(401));
    Tokens tokens = new Tokens(Optional.of("new"));
    Cic cic = cic(standIn.uri(), tokens, settings -> settings);
    speakAndEndWell(begin(link(cic, "kitchen"), "kitchen"));
    assertThat(tokens.asked.get()).isEqualTo(1);
    assertThat(standIn.hasDownchannel(ClientId.of("new"))).isTrue();
  }

  @Test
  void aTurnIsToldThatTheTokenIsRefusedAndIsServedOnceItIsReplaced() throws Exception {
    StandIn standIn = standIn(128);
    standIn.scripts().alwaysDownchannel(DownchannelScript.refusedWith(401));
    Tokens tokens = new Tokens(Optional.empty());
    Cic cic = cic(standIn.uri(), tokens, settings -> settings);
    DeviceLink link = link(cic, "kitchen");
    assertThat(begin(link, "kitchen").told.end()).isEqualTo("broken cic-401");
    standIn.scripts().alwaysDownchannel(DownchannelScript.DEFAULT);
    tokens.token = "replaced";
    speakAndEndWell(begin(link, "kitchen"));
  }

  @Test
  void aRetiredLinkFinishesWhatRunsAndBeginsNothing() throws Exception {
    StandIn standIn = standIn(128);
    Cic cic = cic(standIn.uri(), settings -> settings);
    DeviceLink link = link(cic, "kitchen");
    CountDownLatch seen = seenBy(standIn, 1);
    Event running = begin(link, "kitchen");
    running.speak(1);
    assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue();
    link.retire();
    assertThat(begin(link, "kitchen").told.end()).isEqualTo("broken released");
    standIn.goAway();
    await("the lane to be left").until(() -> left(cic, Why.GOAWAY) == 1);
    standIn.endDownchannel(client("kitchen"));
    speakAndEndWell(running);
    await("its lane to be closed").until(() -> cic.lanes().leaving() == 0);
    assertThat(cic.lanes().opens()).isEqualTo(1);
    assertThat(standIn.hasDownchannel(client("kitchen"))).isFalse();
  }

  @Test
  void closedLinksLeaveNoConnectionAndNoUserBehind() throws Exception {
    StandIn standIn = standIn(128);
    try (Relay relay = new Relay(standIn.uri())) {
      Cic cic = cic(relay.uri(), settings -> settings.withDevicesPerLane(3));
      List<DeviceLink> links = links(cic, 9);
      List<Event> events = beginAll(links);
      events.subList(0, 5).forEach(LanesTest::speakAndEndWell);
      List<Event> running = events.subList(5, 9);
      running.forEach(event -> event.speak(3));
      running.forEach(event -> event.told.awaitRequested());
      // One is refused while it speaks.
      standIn
          .scripts()
          .when(
              turn -> turn.client().equals(client("device-0")),
              Script.replying(Reply.status(400)).withEarly(true));
      Event refused = begin(links.getFirst(), "device-0");
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

  /** Gives the same token until it is asked for a fresh one. */
  private static final class Tokens implements Credentials {
    private final Optional<String> fresh;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String token = "old";

    Tokens(Optional<String> fresh) {
      this.fresh = fresh;
    }

    @Override
    public Optional<DeviceIdentity> of(String device) {
      return Optional.of(
          new DeviceIdentity(token, DeviceIdentity.DEFAULT_USER_AGENT, Optional.empty()));
    }

    @Override
    public Optional<DeviceIdentity> refreshed(String device, String refusedToken) {
      asked.incrementAndGet();
      fresh.ifPresent(now -> token = now);
      return of(device).filter(identity -> !identity.token().equals(refusedToken));
    }
  }

  /** An event under way. */
  private static final class Event {
    private final Told told = new Told();
    private final EventCall call;

    Event(DeviceLink link, TurnRequest request) {
      call = link.begin(request.turn(), new Attempt(1, 1), request.metadata(), told);
    }

    void speak(int chunks) {
      byte[] tone = Sounds.tone(200);
      assertThat(tone).hasSize(CHUNK);
      for (int i = 0; i < chunks; i++) {
        assertThat(call.send(Arrays.copyOf(tone, CHUNK))).isTrue();
      }
    }
  }

  /** What became of it. */
  private static final class Told implements EventCall.Listener {
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final CountDownLatch requested = new CountDownLatch(1);
    private final AtomicInteger directives = new AtomicInteger();

    String end() {
      try {
        return end.get(30, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new AssertionError("the event has no end", e);
      }
    }

    void awaitRequested() {
      try {
        assertThat(requested.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void requested() {
      requested.countDown();
    }

    @Override
    public void uploaded() {}

    @Override
    public void ended(int status, Optional<Directive> error, long retryAfterMillis) {
      end.complete("ended " + status);
    }

    @Override
    public void broken(Ending ending, String detail, boolean mayHeal) {
      end.complete("broken " + ending.reason() + (mayHeal ? ", may heal" : ""));
    }

    @Override
    public void directive(Directive directive) {
      directives.incrementAndGet();
    }

    @Override
    public void attachmentBegun(String name, String contentId, String contentType, long offset) {}

    @Override
    public void attachmentEnded(String name, long length, String sha256, boolean whole) {}

    @Override
    public void ignored(String reason) {}
  }
}
