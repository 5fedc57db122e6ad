package dev.parley.dispatcher.cic;

import dev.parley.dispatcher.cic.LaneCounts.Why;
import dev.parley.standin.ClientId;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.StopCapture;
import dev.parley.standin.Transport;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test of CIC's clients stands on: the stand-in over cleartext HTTP/2, which leaves it to
 * the client to end a turn, and whatever devices the test asks for. After each test they are closed
 * in reverse order.
 */
final class CicBench implements AfterEachCallback {
  /** As the stand-in behaves when a test says nothing else. */
  static final Script USUAL = Script.DEFAULT.withStopCapture(StopCapture.NEVER);

  final HeldBytes held;
  final AtomicBoolean lease = new AtomicBoolean(true);
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  CicBench() {
    this(64 * 1024 * 1024);
  }

  /** {@code mostHeld}: the limit of {@link #held}, in bytes. */
  CicBench(long mostHeld) {
    this.held = new HeldBytes(mostHeld);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  <T extends AutoCloseable> T with(T part) {
    parts.push(part);
    return part;
  }

  StandIn standIn() {
    return standIn(config -> config);
  }

  /** {@code streams}: how many it allows on a connection. */
  StandIn standIn(int streams) {
    return standIn(config -> config.withCapacity(new StandInConfig.Capacity(streams, 1)));
  }

  StandIn standIn(UnaryOperator<StandInConfig> change) {
    return with(
        StandIn.start(
            change.apply(
                StandInConfig.DEFAULT.withTransport(new Transport.Cleartext()).withScript(USUAL))));
  }

  Relay relay(StandIn standIn) {
    return with(new Relay(standIn.uri()));
  }

  BarePeer peer(BarePeer.Manners manners) {
    return with(new BarePeer(manners));
  }

  /** {@code window}: what it takes of a stream before it gives credit, in bytes. */
  BarePeer peer(BarePeer.Manners manners, int window) {
    return with(new BarePeer(manners, window));
  }

  Cic cic(URI at) throws IOException {
    return cic(at, settings -> settings);
  }

  Cic cic(URI at, UnaryOperator<CicSettings> change) throws IOException {
    return cic(at, Credentials.forDemo(), change);
  }

  Cic cic(URI at, Credentials credentials, UnaryOperator<CicSettings> change) throws IOException {
    return with(new Cic(change.apply(CicSettings.of(at)), credentials, lease::get, held));
  }

  DeviceLink link(Cic cic, String device) {
    return link(cic, device, AttachmentStore.NONE, new Told());
  }

  DeviceLink link(Cic cic, String device, AttachmentStore store, Receiver pushed) {
    return with(cic.link(device, store, pushed));
  }

  /** Links of {@code device-0} and so on. */
  List<DeviceLink> links(Cic cic, int devices) {
    return IntStream.range(0, devices).mapToObj(i -> link(cic, "device-" + i)).toList();
  }

  Utterance begin(DeviceLink link, String device) {
    return begin(link, device, new Told());
  }

  Utterance begin(DeviceLink link, String device, Told told) {
    Utterance utterance = new Utterance(link, device, told);
    parts.push(utterance.call::abort);
    return utterance;
  }

  /** A turn of each of these {@link #links}. */
  List<Utterance> beginAll(List<DeviceLink> links) {
    return IntStream.range(0, links.size())
        .mapToObj(i -> begin(links.get(i), "device-" + i))
        .toList();
  }

  static long left(Cic cic, Why why) {
    return cic.lanes().left().getOrDefault(why, 0L);
  }

  /** A device as the stand-in knows it. */
  static ClientId client(String device) {
    return ClientId.of("demo-" + device);
  }

  /** Counts down when an event's metadata has come to the stand-in. */
  static CountDownLatch seenBy(StandIn standIn, int events) {
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
}
