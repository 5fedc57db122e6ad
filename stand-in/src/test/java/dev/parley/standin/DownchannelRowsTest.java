package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a client may do with its downchannel (C3, C4, C7), and what breaks these rows and no other.
 */
class DownchannelRowsTest {
  private static final String TOKEN = "secret-token";
  private static final byte[] AUDIO = new byte[6_400];
  private static final Duration LONG = Duration.ofHours(1);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  @AfterEach
  void stop() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  private <T extends AutoCloseable> T with(T part) {
    parts.push(part);
    return part;
  }

  private StandIn standIn(UnaryOperator<Judging> judging) {
    return with(
        StandIn.start(
            StandInConfig.DEFAULT
                .withTransport(new Transport.Cleartext())
                .withJudging(judging.apply(Judging.DEFAULT))));
  }

  private TestClient client(StandIn standIn) {
    return with(new TestClient(standIn.port()));
  }

  private static TestClient.Stream open(TestClient client) {
    TestClient.Stream downchannel = client.request(TestClient.get("/v1/directives", TOKEN), true);
    TestClient.await("the downchannel", () -> downchannel.status() == 200);
    return downchannel;
  }

  private static byte[] turn() {
    return EventBytes.speechTurn(EventBytes.id(), EventBytes.id(), AUDIO);
  }

  private static List<Row> broken(StandIn standIn) {
    return standIn.rows().brokenRows();
  }

  @Test
  void anEventBeforeHelloBreaksC3UnlessOneWaitsForIt() {
    StandIn standIn = standIn(judging -> judging);
    TestClient hasty = client(standIn);
    TestClient.Stream downchannel = hasty.request(TestClient.get("/v1/directives", TOKEN), true);
    assertThat(hasty.exchange(TestClient.post(TOKEN), turn()).status()).isEqualTo(200);
    assertThat(broken(standIn)).containsExactly(Row.C3);

    downchannel.await("Clova", "Hello");
    assertThat(hasty.exchange(TestClient.post(TOKEN), turn()).status()).isEqualTo(200);
    assertThat(standIn.rows().judged(Row.C3)).isEqualTo(2);
    assertThat(standIn.rows().broken(Row.C3)).isEqualTo(1);
  }

  @Test
  void helloComesAfterFiftyToAHundredAndFiftyMillisecondsAsTheSeedSays() {
    assertThat(delays(7)).isEqualTo(delays(7)).isNotEqualTo(delays(8)).allMatch(d -> d >= 50);
    assertThat(delays(7)).contains(50L, 150L).allMatch(d -> d <= 150);
  }

  private static List<Long> delays(long seed) {
    Random random = Cic.of(StandInConfig.DEFAULT, seed).random();
    return LongStream.range(0, 1_000).mapToObj(i -> HelloDelay.DEFAULT.pickMillis(random)).toList();
  }

  @Test
  void aSecondDownchannelAtAlmostTheSameMomentGets429AndBreaksC4() {
    StandIn standIn = standIn(judging -> judging.withOpenWindow(LONG));
    TestClient client = client(standIn);
    TestClient.Stream first = open(client);
    assertThat(client.request(TestClient.get("/v1/directives", TOKEN), true).awaitEnd().status())
        .isEqualTo(429);
    assertThat(first.ended()).isFalse();
    assertThat(broken(standIn)).containsExactly(Row.C4);
  }

  @Test
  void aSecondDownchannelBeforeTheFirstHasSaidHelloBreaksC4() {
    StandIn standIn =
        standIn(judging -> judging.withOpenWindow(Duration.ZERO).withSingleFlight(LONG));
    standIn.scripts().nextDownchannel(DownchannelScript.NO_HELLO);
    TestClient.Stream first = open(client(standIn));
    client(standIn).downchannel(TOKEN);
    first.awaitEnd();
    assertThat(broken(standIn)).containsExactly(Row.C4);
    assertThat(standIn.verdicts().failures().getFirst().detail()).contains("no Hello yet");
  }

  @Test
  void aDownchannelThatNeverSaidHelloMayBeReplacedInTheEnd() {
    StandIn standIn =
        standIn(judging -> judging.withOpenWindow(Duration.ZERO).withSingleFlight(Duration.ZERO));
    standIn.scripts().nextDownchannel(DownchannelScript.NO_HELLO);
    TestClient.Stream first = open(client(standIn));
    client(standIn).downchannel(TOKEN);
    first.awaitEnd();
    assertThat(broken(standIn)).isEmpty();
  }

  @Test
  void aSecondDownchannelOnTheSameConnectionBreaksC4AndOnAnotherItMoves() {
    StandIn standIn =
        standIn(judging -> judging.withOpenWindow(Duration.ZERO).withSingleFlight(LONG));
    TestClient client = client(standIn);
    TestClient.Stream first = client.downchannel(TOKEN);
    TestClient other = client(standIn);
    TestClient.Stream moved = other.downchannel(TOKEN);
    first.awaitEnd();
    assertThat(broken(standIn)).isEmpty();

    other.downchannel(TOKEN);
    moved.awaitEnd();
    assertThat(broken(standIn)).containsExactly(Row.C4);
    assertThat(standIn.rows().judged(Row.C4)).isEqualTo(3);
  }

  @Test
  void aClientThatWasToldToGoMayOpenAnotherDownchannelAtOnce() {
    StandIn standIn = standIn(judging -> judging.withOpenWindow(LONG).withSingleFlight(LONG));
    TestClient client = client(standIn);
    client.downchannel(TOKEN);
    standIn.goAway();
    client(standIn).downchannel(TOKEN);
    assertThat(broken(standIn)).isEmpty();
  }

  @Test
  void aDownchannelThatIsResetMayBeOpenedAgainInTheSameBreath() {
    StandIn standIn = standIn(judging -> judging.withOpenWindow(LONG).withSingleFlight(LONG));
    TestClient client = client(standIn);
    TestClient.Stream first = client.downchannel(TOKEN);
    var _ = first.channel().write(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
    client.downchannel(TOKEN);
    assertThat(broken(standIn)).isEmpty();
  }

  @Test
  void aConnectionWithADownchannelAndWithoutPingsBreaksC7EachTimeThatItIsDue() {
    StandIn standIn = standIn(judging -> judging.withLiveness(Duration.ofMillis(50)));
    client(standIn).downchannel(TOKEN);
    TestClient.await("three breaches", () -> standIn.rows().broken(Row.C7) >= 3);
    assertThat(broken(standIn)).containsExactly(Row.C7);
  }

  @Test
  void aConnectionWithoutADownchannelNeedsNoPings() {
    StandIn clock = standIn(judging -> judging.withLiveness(Duration.ofMillis(50)));
    StandIn standIn = standIn(judging -> judging.withLiveness(Duration.ofMillis(50)));
    TestClient client = client(standIn);
    TestClient.Stream downchannel = client.downchannel(TOKEN);
    downchannel.reset();
    TestClient.await("its end", () -> !standIn.hasDownchannel(ClientId.of(TOKEN)));
    long before = standIn.rows().broken(Row.C7);
    client(clock).downchannel(TOKEN);
    TestClient.await("time to pass", () -> clock.rows().broken(Row.C7) >= 5);
    assertThat(client.isOpen()).isTrue();
    assertThat(standIn.rows().broken(Row.C7)).isEqualTo(before);
  }

  @Test
  void aClientThatIsGoneWithoutAWordDoesNotBreakC7() {
    StandIn clock = standIn(judging -> judging.withLiveness(Duration.ofMillis(50)));
    StandIn standIn = standIn(judging -> judging.withLiveness(Duration.ofMillis(50)));
    TestClient gone = client(standIn);
    gone.stopReading();
    TestClient.Stream downchannel = gone.request(TestClient.get("/v1/directives", TOKEN), true);
    TestClient.await("it to be opened", () -> standIn.hasDownchannel(ClientId.of(TOKEN)));
    client(clock).downchannel(TOKEN);
    TestClient.await("time to pass", () -> clock.rows().broken(Row.C7) >= 5);
    assertThat(downchannel.status()).isZero();
    assertThat(broken(standIn)).isEmpty();
  }

  @Test
  void pingsOrGetPingKeepC7() {
    Duration liveness = Duration.ofSeconds(1);
    StandIn standIn = standIn(judging -> judging.withLiveness(liveness));
    TestClient pings = client(standIn);
    pings.downchannel(TOKEN);
    TestClient asks = client(standIn);
    asks.downchannel("another-token");
    long from = System.nanoTime();
    while (System.nanoTime() - from < 2 * liveness.toNanos()) {
      int acks = pings.pingAcks();
      pings.ping();
      TestClient.await("the ACK", () -> pings.pingAcks() > acks);
      assertThat(asks.request(TestClient.get("/ping", TOKEN), true).awaitEnd().status())
          .isEqualTo(204);
    }
    assertThat(broken(standIn)).isEmpty();
    assertThat(standIn.rows().judged(Row.C7)).isPositive();
  }
}
