package dev.parley.dispatcher.cic;

import static dev.parley.dispatcher.cic.CicBench.USUAL;
import static dev.parley.dispatcher.cic.CicBench.client;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.dispatcher.cic.BarePeer.Manners;
import dev.parley.protocol.message.Directive;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.Upload;
import dev.parley.testing.KnownFault;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is wrong still. */
final class CicFaultsTest {
  @RegisterExtension private final CicBench bench = new CicBench();

  @Test
  @KnownFault("what fails on its way into the stream is never counted down")
  void aStuckTurnThatIsAbortedHoldsNothing() throws Exception {
    StandIn standIn =
        bench.standIn(config ->
            config
                .withScript(USUAL.withUpload(Upload.STOP_READING))
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
    await("nothing to wait for CIC").until(() -> bench.held.bytes() == 0);
  }

  @Test
  @KnownFault("what a listener throws ends the thread that writes, and nobody is told")
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
  @KnownFault("what a listener throws once all is uploaded is lost")
  void aListenerThatThrowsWhenAllIsUploadedEndsItsTurnAsInternal() throws Exception {
    thrown(
        new Told() {
          @Override
          public void uploaded() {
            throw new IllegalStateException("as the test wants it");
          }
        });
  }

  private void thrown(Told told) throws Exception {
    StandIn standIn = bench.standIn();
    DeviceLink link = bench.link(bench.cic(standIn.uri()), "kitchen");
    Utterance hurt = bench.begin(link, "kitchen", told);
    hurt.speak(2);
    hurt.call.finish();
    await("its end").until(hurt.told::hasEnded);
    assertThat(hurt.told.end()).isEqualTo("broken internal");
    await("nothing to wait for CIC").until(() -> bench.held.bytes() == 0);
  }

  @Test
  @KnownFault("a downchannel whose reader throws is opened no more")
  void aDeviceWhosePushReceiverThrewOnceHasADownchannelAgain() throws Exception {
    StandIn standIn = bench.standIn();
    DeviceLink link =
        bench.link(
            bench.cic(standIn.uri()),
            "kitchen",
            AttachmentStore.NONE,
            new Told() {
              @Override
              public void directive(Directive directive) {
                throw new IllegalStateException("as the test wants it");
              }
            });
    bench.begin(link, "kitchen").speakAndEndWell();
    assertThat(
            standIn.push(
                client("kitchen"),
                "{\"directive\":{\"header\":{\"namespace\":\"Clova\",\"name\":\"Push\",\"messageId\":\""
                    + UUID.randomUUID()
                    + "\"},\"payload\":{}}}"))
        .isTrue();
    await("the downchannel's end").until(() -> !standIn.hasDownchannel(client("kitchen")));
    await("another").until(() -> standIn.hasDownchannel(client("kitchen")));
  }

  @Test
  @KnownFault("how a downchannel ended is noted on the lane that its device has left")
  void aDownchannelThatIsResetIsSaidToBeWhy() throws Exception {
    BarePeer peer =
        bench.peer(Manners.GOOD.withDownchannel(stream -> stream.reset(BarePeer.CANCEL)));
    Cic cic = bench.cic(peer.uri(), settings -> settings.withHelloLimit(Duration.ofMillis(1)));
    DeviceLink link = bench.link(cic, "kitchen");
    await("a second opening").until(() -> cic.lanes().opens() >= 2);
    assertThat(bench.begin(link, "kitchen").told.end()).isEqualTo("broken stream-reset, may heal");
  }
}
