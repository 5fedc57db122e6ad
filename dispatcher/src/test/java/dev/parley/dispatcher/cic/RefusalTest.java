package dev.parley.dispatcher.cic;

import static dev.parley.dispatcher.cic.CicBench.USUAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.dispatcher.cic.BarePeer.Manners;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.standin.DownchannelScript;
import dev.parley.standin.Reply;
import dev.parley.standin.StandIn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a turn is told when CIC refuses it or its device's downchannel (C38 to C42). */
final class RefusalTest {
  @RegisterExtension private final CicBench bench = new CicBench();

  /**
   * A turn that does not wait for Hello, begun when an opening has failed, for the second begins
   * after that.
   */
  private Utterance afterAFailedOpening(URI at) throws Exception {
    Cic cic = bench.cic(at, settings -> settings.withHelloLimit(Duration.ofMillis(1)));
    DeviceLink link = bench.link(cic, "kitchen");
    await("a second opening").until(() -> cic.lanes().opens() >= 2);
    return bench.begin(link, "kitchen");
  }

  private Utterance speak(Cic cic) {
    Utterance utterance = bench.begin(bench.link(cic, "kitchen"), "kitchen");
    utterance.speak(1);
    utterance.call.finish();
    return utterance;
  }

  private Utterance refusedBy(Consumer<BarePeer.Stream> refusal) throws Exception {
    return speak(bench.cic(bench.peer(Manners.GOOD.withUploaded(refusal)).uri()));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {400, 401, 403, 404, 408, 409, 412, 413, 423, 429, 451, 500, 501, 502, 503, 504})
  void anEventsRefusalIsToldWithItsStatusAndItsException(int status) throws Exception {
    StandIn standIn =
        bench.standIn(config -> config.withScript(USUAL.withReply(Reply.status(status))));
    Utterance refused = speak(bench.cic(standIn.uri()));
    assertThat(refused.told.end()).isEqualTo("ended " + status);
    assertThat(refused.told.error())
        .containsInstanceOf(Directive.SystemException.class)
        .map(error -> ((Directive.SystemException) error).code())
        .contains(String.valueOf(status));
    // It is for the flow to say whether a device hears of it.
    assertThat(refused.told.heard()).containsExactly("ended " + status);
  }

  @ParameterizedTest
  @EnumSource
  void anExceptionIsReadInEachOfItsShapes(Reply.Shape shape) throws Exception {
    StandIn standIn =
        bench.standIn(config -> config.withScript(USUAL.withReply(new Reply.Failure(500, shape))));
    Utterance refused = speak(bench.cic(standIn.uri()));
    assertThat(refused.told.end()).isEqualTo("ended 500");
    assertThat(refused.told.error()).containsInstanceOf(Directive.SystemException.class);
  }

  @Test
  void aRefusalInMidUploadEndsTheUploadToo() throws Exception {
    StandIn standIn =
        bench.standIn(
            config -> config.withScript(USUAL.withReply(Reply.status(500)).withEarly(true)));
    Utterance refused = bench.begin(bench.link(bench.cic(standIn.uri()), "kitchen"), "kitchen");
    refused.speak(1);
    assertThat(refused.told.end()).isEqualTo("ended 500");
    await("the request's end").until(() -> standIn.turns().size() == 1);
  }

  @Test
  void howLongToWaitIsToldInMilliseconds() throws Exception {
    Utterance refused =
        refusedBy(stream -> {
          stream.head(503, "retry-after", "7");
          stream.end();
        });
    assertThat(refused.told.end()).isEqualTo("ended 503");
    assertThat(refused.told.retryAfterMillis()).isEqualTo(7_000);
    assertThat(refused.told.error()).isEmpty();
  }

  @Test
  void aProxysPageIsNoException() throws Exception {
    Utterance refused =
        refusedBy(stream -> {
          stream.head(502, "content-type", "text/html");
          stream.say("<html>Bad gateway</html>");
          stream.end();
        });
    assertThat(refused.told.end()).isEqualTo("ended 502");
    assertThat(refused.told.error()).isEmpty();
  }

  @Test
  void anExceptionThatCannotBeReadLeavesTheStatus() throws Exception {
    Utterance refused =
        refusedBy(stream -> {
          stream.head(500, "content-type", "multipart/related; boundary=b");
          stream.say("--b\r\nX: " + "x".repeat(5_000) + "\r\n");
          stream.end();
        });
    assertThat(refused.told.end()).isEqualTo("ended 500");
    assertThat(refused.told.error()).isEmpty();
    assertThat(refused.told.heard().getFirst()).startsWith("ignored: an error's body");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 408, 412, 423, 429, 451, 500, 501, 502, 503, 504})
  void aRefusedDownchannelIsTheEndingOfTheTurnThatWantsIt(int status) throws Exception {
    StandIn standIn =
        bench.standIn(config -> config.withDownchannel(DownchannelScript.refusedWith(status)));
    Utterance refused = afterAFailedOpening(standIn.uri());
    assertThat(refused.told.end()).isEqualTo("broken cic-" + status);
    assertThat(refused.told.ending()).contains(new Ending.Refused(status));
    assertThat(standIn.turns()).isEmpty();
  }

  @Test
  void aDeviceThatIsBarredIsToldAtOnce() throws Exception {
    StandIn standIn =
        bench.standIn(config -> config.withDownchannel(DownchannelScript.refusedWith(403)));
    // Waiting for Hello it would outlast this test.
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withHelloLimit(Duration.ofHours(1)));
    Utterance refused = bench.begin(bench.link(cic, "kitchen"), "kitchen");
    assertThat(refused.told.end()).isEqualTo("broken cic-403");
  }

  @Test
  void aDownchannelThatCannotBeReadIsSaidToBeWhy() throws Exception {
    BarePeer peer =
        bench.peer(
            Manners.GOOD.withDownchannel(stream -> {
              stream.head(200, "content-type", "text/plain");
              stream.end();
            }));
    Utterance broken = afterAFailedOpening(peer.uri());
    assertThat(broken.told.end()).isEqualTo("broken unreadable-downchannel");
    assertThat(broken.told.ending()).contains(Known.UNREADABLE_DOWNCHANNEL);
  }

  @Test
  void aCicThatIsNotThereIsSaidToBe() throws Exception {
    Utterance broken = afterAFailedOpening(URI.create("http://127.0.0.1:" + freePort()));
    assertThat(broken.told.end()).isEqualTo("broken cic-unreachable");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
