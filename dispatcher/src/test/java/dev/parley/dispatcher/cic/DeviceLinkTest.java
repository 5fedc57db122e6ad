package dev.parley.dispatcher.cic;

import static dev.parley.dispatcher.cic.CicBench.USUAL;
import static dev.parley.dispatcher.cic.CicBench.client;
import static dev.parley.dispatcher.cic.CicBench.left;
import static dev.parley.dispatcher.cic.CicBench.seenBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.dispatcher.cic.BarePeer.Manners;
import dev.parley.dispatcher.cic.DeviceLink.Hello;
import dev.parley.dispatcher.cic.LaneCounts.Why;
import dev.parley.protocol.message.Directive;
import dev.parley.standin.DownchannelScript;
import dev.parley.standin.Reply;
import dev.parley.standin.StandIn;
import dev.parley.testing.Patience;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A device's downchannel, from its opening to its end. */
final class DeviceLinkTest {
  @RegisterExtension private final CicBench bench = new CicBench();

  /** A directive of no dialog, as CIC writes it. */
  private static String directive(String name) {
    return """
    {"directive":{"header":{"namespace":"Clova","name":"%s","messageId":"%s"},"payload":{}}}\
    """
        .formatted(name, UUID.randomUUID());
  }

  @Test
  void helloIsForTheLinkAndAllElseIsPushedInOrder() throws Exception {
    StandIn standIn = bench.standIn();
    Told pushed = new Told();
    DeviceLink link = bench.link(bench.cic(standIn.uri()), "kitchen", AttachmentStore.NONE, pushed);
    bench.begin(link, "kitchen").speakAndEndWell();
    List<String> names = IntStream.range(0, 100).mapToObj(i -> "Push" + i).toList();
    names.forEach(name -> assertThat(standIn.push(client("kitchen"), directive(name))).isTrue());
    await("all that is pushed").until(() -> pushed.heard().size() == 100);
    assertThat(pushed.heard()).isEqualTo(names.stream().map(name -> "Clova." + name).toList());
  }

  @ParameterizedTest
  @MethodSource(BadNumbers.ALL)
  void aPushWithANumberThatNoParserLikesIsLeftOutAndTheDownchannelGoesOn(String number)
      throws Exception {
    CompletableFuture<BarePeer.Stream> opened = new CompletableFuture<>();
    BarePeer peer =
        bench.peer(
            Manners.GOOD.withDownchannel(stream -> {
              Manners.sayHello(stream);
              opened.complete(stream);
            }));
    Cic cic = bench.cic(peer.uri());
    Told pushed = new Told();
    DeviceLink link = bench.link(cic, "kitchen", AttachmentStore.NONE, pushed);
    BarePeer.Stream downchannel = opened.get(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS);
    downchannel.say(part("Bad", "{\"volume\":" + number + "}") + part("Two", "{}"));
    await("the neighbour").until(() -> pushed.heard().size() == 2);
    downchannel.say(part("Three", "{}"));
    await("the next push").until(() -> pushed.heard().size() == 3);
    assertThat(pushed.heard()).endsWith("Clova.Two", "Clova.Three");
    assertThat(pushed.heard().getFirst()).startsWith("ignored: ").contains("number");
    bench.begin(link, "kitchen").speakAndEndWell();
    assertThat(cic.lanes().opens()).isEqualTo(1);
  }

  /** Behind a boundary, and up to the next: so it is told at once. */
  private static String part(String name, String payload) {
    return BarePeer.directive(name, payload).substring("--b\r\n".length()) + "--b\r\n";
  }

  @Test
  void anAttachmentOnTheDownchannelIsKeptUnderTheDevicesName() throws Exception {
    StandIn standIn = bench.standIn();
    KeptAttachments store = new KeptAttachments();
    Told pushed = new Told();
    DeviceLink link = bench.link(bench.cic(standIn.uri()), "kitchen", store, pushed);
    standIn.scripts().next(USUAL.withReply(new Reply.Echo(Reply.Attachment.ON_DOWNCHANNEL)));
    bench.begin(link, "kitchen").speakAndEndWell();
    await("the attachment's end").until(() -> pushed.heard().size() == 2);
    assertThat(pushed.heard())
        .containsExactly(
            "kitchen/kitchen/0 begins at 0", "kitchen/kitchen/0 is whole, 19200 bytes");
    assertThat(store.get("kitchen/kitchen/0").bytes()).hasSize(3 * Utterance.CHUNK);
  }

  @Test
  void aDownchannelThatCicEndsIsOpenedAgain() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri());
    DeviceLink link = bench.link(cic, "kitchen");
    bench.begin(link, "kitchen").speakAndEndWell();
    standIn.endDownchannel(client("kitchen"));
    await("another downchannel").until(() -> cic.lanes().reopens() == 1);
    bench.begin(link, "kitchen").speakAndEndWell();
    assertThat(standIn.verdicts().failures()).isEmpty();
  }

  @Test
  void a412OpensTheDownchannelAnew() throws Exception {
    StandIn standIn = bench.standIn();
    standIn.scripts().next(USUAL.withReply(Reply.status(412)));
    Cic cic = bench.cic(standIn.uri());
    DeviceLink link = bench.link(cic, "kitchen");
    Utterance refused = bench.begin(link, "kitchen");
    refused.speak(1);
    refused.call.finish();
    assertThat(refused.told.end()).isEqualTo("ended 412");
    await("another downchannel").until(() -> cic.lanes().reopens() == 1);
    bench.begin(link, "kitchen").speakAndEndWell();
  }

  @Test
  void withoutTheLeaseNoDownchannelIsOpenedUntilItIsBack() throws Exception {
    StandIn standIn = bench.standIn();
    bench.lease.set(false);
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withHelloLimit(Duration.ofMillis(1)));
    DeviceLink link = bench.link(cic, "kitchen");
    assertThat(bench.begin(link, "kitchen").told.end()).isEqualTo("broken no-hello");
    assertThat(cic.lanes().opens()).isZero();
    bench.lease.set(true);
    await("the downchannel").until(() -> standIn.hasDownchannel(client("kitchen")));
  }

  @Test
  void aDeviceThatNobodyKnowsOpensNothing() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri(), device -> Optional.empty(), settings -> settings);
    DeviceLink link = bench.link(cic, "kitchen");
    assertThat(bench.begin(link, "kitchen").told.end()).isEqualTo("broken no-credentials");
    assertThat(cic.lanes().opens()).isZero();
  }

  @Test
  void aPushThatItsReceiverThrowsAtLeavesTheNeighboursOnItsLaneAlone() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withDevicesPerLane(2));
    Told thrower =
        new Told() {
          @Override
          public void directive(Directive directive) {
            super.directive(directive);
            throw new IllegalStateException("as the test wants it");
          }
        };
    Told neighbours = new Told();
    DeviceLink hurt = bench.link(cic, "kitchen", AttachmentStore.NONE, thrower);
    DeviceLink neighbour = bench.link(cic, "hall", AttachmentStore.NONE, neighbours);
    bench.begin(hurt, "kitchen").speakAndEndWell();
    Utterance running = bench.begin(neighbour, "hall");
    running.speak(1);
    running.told.awaitRequested();
    assertThat(standIn.push(client("kitchen"), directive("Push"))).isTrue();
    await("the throw").until(() -> !thrower.heard().isEmpty());
    assertThat(standIn.push(client("hall"), directive("Push"))).isTrue();
    await("the neighbour's push").until(() -> neighbours.heard().equals(List.of("Clova.Push")));
    running.speakAndEndWell();
    assertThat(cic.lanes().left()).isEmpty();
  }

  @Test
  void aClosedLinkIsSilentAndRefusesWhatHasNotBegun() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri());
    DeviceLink link = bench.link(cic, "kitchen");
    bench.begin(link, "kitchen").speakAndEndWell();
    assertThat(link.isSilent()).isFalse();
    link.close();
    await("the downchannel's end").until(link::isSilent);
    await("CIC to see it").until(() -> !standIn.hasDownchannel(client("kitchen")));
    assertThat(bench.begin(link, "kitchen").told.end()).isEqualTo("broken released");
    assertThat(cic.lanes().opens()).isEqualTo(1);
    assertThat(cic.lanes().open()).isZero();
  }

  @Test
  void aDeviceWhosePushReceiverThrewOnceHasADownchannelAgain() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri());
    DeviceLink link =
        bench.link(
            cic,
            "kitchen",
            AttachmentStore.NONE,
            new Told() {
              @Override
              public void directive(Directive directive) {
                throw new IllegalStateException("as the test wants it");
              }
            });
    bench.begin(link, "kitchen").speakAndEndWell();
    assertThat(standIn.push(client("kitchen"), directive("Push"))).isTrue();
    await("another downchannel").until(() -> cic.lanes().opens() == 2);
    bench.begin(link, "kitchen").speakAndEndWell();
    assertThat(standIn.hasDownchannel(client("kitchen"))).isTrue();
  }

  @Test
  void aDownchannelThatIsResetIsSaidToBeWhy() throws Exception {
    BarePeer peer =
        bench.peer(Manners.GOOD.withDownchannel(stream -> stream.reset(BarePeer.CANCEL)));
    Cic cic = bench.cic(peer.uri(), settings -> settings.withHelloLimit(Duration.ofMillis(1)));
    DeviceLink link = bench.link(cic, "kitchen");
    await("a second opening").until(() -> cic.lanes().opens() >= 2);
    assertThat(bench.begin(link, "kitchen").told.end()).isEqualTo("broken stream-reset, may heal");
  }

  /** What a half-dead peer does with a downchannel. */
  enum Hanging {
    NO_HEAD,
    NO_HELLO,
    HALF_A_HELLO;

    void open(BarePeer.Stream downchannel) {
      if (this != NO_HEAD) {
        downchannel.head(200, BarePeer.multipart());
      }
      if (this == HALF_A_HELLO) {
        downchannel.say(BarePeer.directive("Hello").substring(0, 60));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOpeningThatHangsIsGivenUpAndTriedOnAnotherConnection(Hanging how) throws Exception {
    AtomicInteger openings = new AtomicInteger();
    BarePeer peer =
        bench.peer(
            Manners.GOOD.withDownchannel(stream -> {
              if (openings.getAndIncrement() == 0) {
                how.open(stream);
              } else {
                Manners.sayHello(stream);
              }
            }));
    Cic cic = bench.cic(peer.uri(), settings -> settings.withOpeningLimit(Duration.ofMillis(500)));
    bench.begin(bench.link(cic, "kitchen"), "kitchen").speakAndEndWell();
    assertThat(left(cic, Why.HUNG)).isEqualTo(1);
    assertThat(peer.connections()).isEqualTo(2);
  }

  @Test
  void oneDeviceThatHearsNoHelloMovesNobodyElse() throws Exception {
    BarePeer peer = bench.peer(Manners.GOOD);
    Cic cic =
        bench.cic(
            peer.uri(),
            settings -> settings.withDevicesPerLane(2).withOpeningLimit(Duration.ofMillis(500)));
    bench.begin(bench.link(cic, "hall"), "hall").speakAndEndWell();
    AtomicInteger openings = new AtomicInteger();
    peer.behave(Manners.GOOD.withDownchannel(stream -> openings.incrementAndGet()));
    DeviceLink mute = bench.link(cic, "kitchen");
    await("some openings").until(() -> openings.get() >= 3);
    assertThat(cic.lanes().left()).isEmpty();
    assertThat(peer.connections()).isEqualTo(1);
    mute.close();
  }

  @Test
  void aHandshakeThatHangsIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Cic cic =
          bench.cic(
              URI.create("https://127.0.0.1:" + silent.getLocalPort()),
              settings ->
                  settings
                      .withOpeningLimit(Duration.ofMillis(100))
                      .withHelloLimit(Duration.ofSeconds(2)));
      Utterance turn = bench.begin(bench.link(cic, "kitchen"), "kitchen");
      assertThat(turn.told.end()).isEqualTo("broken cic-unreachable");
      assertThat(cic.lanes().opens()).isGreaterThan(1);
    }
  }

  /** Its lane's keeper and its own thread may both find that the lane is left. */
  @Test
  void aDeviceThatTwoThreadsMoveLivesInOnePlace() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withDevicesPerLane(2));
    DeviceLink link = bench.link(cic, "kitchen");
    for (int round = 0; round < 50; round++) {
      Hello.On on = (Hello.On) link.awaitHello(Patience.LONGEST);
      CountDownLatch go = new CountDownLatch(1);
      List<Thread> movers =
          IntStream.range(0, 2)
              .mapToObj(i ->
                  Thread.startVirtualThread(() -> {
                    try {
                      go.await();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                    link.rehome(on.lane());
                  }))
              .toList();
      go.countDown();
      for (Thread mover : movers) {
        mover.join();
      }
      assertThat(cic.lanes().devices()).as("in round %d", round).isEqualTo(1);
      link.turnBegins(); // It moves at once.
    }
  }

  @Test
  void whenCicAsksToComeLaterItIsNotAskedBefore() throws Exception {
    List<Long> asked = new CopyOnWriteArrayList<>();
    BarePeer peer =
        bench.peer(
            Manners.GOOD.withDownchannel(stream -> {
              asked.add(System.nanoTime());
              if (asked.size() == 1) {
                stream.head(429, "retry-after", "2");
                stream.end();
              } else {
                Manners.sayHello(stream);
              }
            }));
    bench.begin(bench.link(bench.cic(peer.uri()), "kitchen"), "kitchen").speakAndEndWell();
    // A slow machine only makes it longer.
    assertThat(Duration.ofNanos(asked.get(1) - asked.get(0)))
        .isGreaterThan(Duration.ofMillis(1_900));
  }

  @Test
  void aDownchannelThatEndsAtOnceIsNotOpenedInQuickSuccession() throws Exception {
    StandIn standIn = bench.standIn();
    standIn.scripts().alwaysDownchannel(DownchannelScript.closedAfter(Duration.ofMillis(1)));
    Cic cic = bench.cic(standIn.uri());
    long began = System.nanoTime();
    DeviceLink link = bench.link(cic, "device-0");
    Utterance event = bench.begin(link, "device-0");
    await("openings").until(() -> cic.lanes().opens() >= 3);
    // A slow machine only makes it longer.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(490));
    event.call.abort();
  }

  @Test
  void whatCicSaysWhileADeviceMovesIsNotLost() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri());
    Told pushed = new Told();
    DeviceLink moving = bench.link(cic, "kitchen", AttachmentStore.NONE, pushed);
    DeviceLink speaking = bench.link(cic, "hall");
    bench.begin(moving, "kitchen").speakAndEndWell();
    AtomicInteger said = new AtomicInteger();
    // On the stand-in's event loop, where no downchannel is opened or ended meanwhile.
    standIn
        .scripts()
        .when(
            turn -> {
              if (standIn.push(client("kitchen"), directive("Push"))) {
                said.incrementAndGet();
              }
              return false;
            },
            USUAL);
    bench.begin(speaking, "hall").speakAndEndWell();
    standIn.goAway();
    await("the move")
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          bench.begin(speaking, "hall").speakAndEndWell();
          return cic.lanes().reopens() == 2 && said.get() >= 20;
        });
    await("everything that was said").until(() -> pushed.directives().size() == said.get());
  }

  /** The next owner opens one, and CIC would take the two for a broken client (C4). */
  @Test
  void aRetiredLinkDoesNotGoOnOpening() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI uri = URI.create("https://127.0.0.1:" + mute.getLocalPort());
      Cic cic = bench.cic(uri, settings -> settings.withOpeningLimit(Duration.ofHours(1)));
      DeviceLink link = bench.link(cic, "kitchen");
      await("an opening").until(() -> cic.lanes().opens() == 1);
      assertThat(link.isSilent()).isFalse();
      link.retire();
      await("nothing to be opened").until(link::isSilent);
    }
  }

  /** CIC counts it as open, and sends to it what is sent but once. */
  @Test
  void aRetiredLinkReadsWhatItHasAskedFor() throws Exception {
    CompletableFuture<BarePeer.Stream> asked = new CompletableFuture<>();
    BarePeer peer = bench.peer(Manners.GOOD.withDownchannel(asked::complete));
    Told pushed = new Told();
    DeviceLink link = bench.link(bench.cic(peer.uri()), "kitchen", AttachmentStore.NONE, pushed);
    BarePeer.Stream stream = asked.get(60, TimeUnit.SECONDS);
    link.retire();
    Manners.sayHello(stream);
    stream.say(BarePeer.directive("RenderText") + "--b\r\n");
    await("what is pushed").until(() -> pushed.heard().equals(List.of("Clova.RenderText")));
    assertThat(link.isSilent()).isFalse();
  }

  @Test
  void aRetiredLinkFinishesWhatRunsAndBeginsNothing() throws Exception {
    StandIn standIn = bench.standIn();
    Cic cic = bench.cic(standIn.uri());
    DeviceLink link = bench.link(cic, "kitchen");
    CountDownLatch seen = seenBy(standIn, 1);
    Utterance running = bench.begin(link, "kitchen");
    running.speak(1);
    assertThat(seen.await(60, TimeUnit.SECONDS)).isTrue();
    link.retire();
    assertThat(bench.begin(link, "kitchen").told.end()).isEqualTo("broken released");
    standIn.goAway();
    await("the lane to be left").until(() -> left(cic, Why.GOAWAY) == 1);
    standIn.endDownchannel(client("kitchen"));
    running.speakAndEndWell();
    await("its lane to be closed").until(() -> cic.lanes().leaving() == 0);
    assertThat(cic.lanes().opens()).isEqualTo(1);
    assertThat(standIn.hasDownchannel(client("kitchen"))).isFalse();
  }
}
