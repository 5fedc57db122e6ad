package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Uploads that the stand-in does not take, seen from a client that keeps to its windows. */
class UploadTest {
  private static final String TOKEN = "a-token";
  private static final int STREAM_WINDOW = 20_000;
  private static final int CONNECTION_WINDOW = 70_000;
  private static final byte[] AUDIO = new byte[160_000];

  private final StandIn standIn =
      StandIn.start(
          StandInConfig.DEFAULT
              .withTransport(new Transport.Cleartext())
              .withCapacity(
                  StandInConfig.Capacity.DEFAULT.withWindows(STREAM_WINDOW, CONNECTION_WINDOW))
              .withScript(Script.DEFAULT.withStopCapture(StopCapture.NEVER)));
  private final TestClient client = new TestClient(standIn.port());

  @AfterEach
  void stop() {
    client.close();
    standIn.close();
  }

  /** A turn whose body the client writes as far as it may. */
  private record Sent(TestClient.Stream stream, ChannelFuture written) {}

  private Sent send() {
    TestClient.Stream stream = client.request(TestClient.post(TOKEN), false);
    byte[] body = EventBytes.speechTurn(EventBytes.id(), EventBytes.id(), AUDIO);
    return new Sent(
        stream,
        stream
            .channel()
            .writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true)));
  }

  /** Whatever was written, and granted for it, has come when PINGs have gone to and fro. */
  private void caughtUp() {
    for (int i = 0; i < 20; i++) {
      int before = client.pingAcks();
      client.ping();
      TestClient.await("a PING's ACK", () -> client.pingAcks() > before);
    }
  }

  private ReceivedTurn lastTurn(int number) {
    TestClient.await("turn " + number, () -> standIn.turns().size() == number);
    return standIn.turns().getLast();
  }

  private void isWhole(Sent sent, int number) {
    assertThat(sent.stream().awaitEnd().status()).isEqualTo(200);
    assertThat(lastTurn(number).audioBytes()).isEqualTo(AUDIO.length);
  }

  @Test
  void uploadsLargerThanTheWindowsAreTaken() {
    client.downchannel(TOKEN);
    isWhole(send(), 1);
  }

  @Test
  void aStreamThatIsNotReadStopsItsUploadAndNoOther() {
    client.downchannel(TOKEN);
    standIn.scripts().next(Script.DEFAULT.withUpload(Upload.STOP_READING));
    Sent stopped = send();
    caughtUp();
    assertThat(stopped.written().isDone()).isFalse();
    isWhole(send(), 1);
    assertThat(stopped.written().isDone()).isFalse();
    assertThat(stopped.stream().status()).isZero();

    stopped.stream().reset();
    ReceivedTurn aborted = lastTurn(2);
    assertThat(aborted.finish()).isEqualTo(ReceivedTurn.Finish.ABORTED);
    assertThat(aborted.audioBytes()).isPositive().isLessThanOrEqualTo(STREAM_WINDOW);
    isWhole(send(), 3);
  }

  @Test
  void aConnectionWhoseWindowIsHeldStopsAllUploadsUntilTheStreamIsGone() {
    client.downchannel(TOKEN);
    standIn.scripts().next(Script.DEFAULT.withUpload(Upload.HOLD_CONNECTION_WINDOW));
    Sent held = send();
    Sent neighbour = send();
    caughtUp();
    assertThat(held.written().isDone()).isFalse();
    assertThat(neighbour.written().isDone()).isFalse();
    assertThat(standIn.turns()).isEmpty();

    held.stream().reset();
    isWhole(neighbour, 2);
    assertThat(standIn.turns().getFirst().finish()).isEqualTo(ReceivedTurn.Finish.ABORTED);
    assertThat(standIn.turns().getFirst().audioBytes())
        .isPositive()
        .isLessThanOrEqualTo(CONNECTION_WINDOW);
    isWhole(send(), 3);
  }
}
