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
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Red today: each shows a fault of the code. */
final class CicFaultsTest {
  @RegisterExtension private final CicBench bench = new CicBench();

  @Test
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
  void aListenerThatThrowsWhenTheRequestHasBegunEndsItsTurn() throws Exception {
    thrown(new Told() {
      @Override
      public void requested() {
        throw new IllegalStateException("as the test wants it");
      }
    });
  }

  @Test
  void aListenerThatThrowsWhenAllIsUploadedEndsItsTurnAsInternal() throws Exception {
    thrown(new Told() {
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
    assertThat(hurt.told.end()).isEqualTo("broken internal");
    await("nothing to wait for CIC").until(() -> bench.held.bytes() == 0);
  }

  @Test
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
    assertThat(standIn.push(
            client("kitchen"),
            "{\"directive\":{\"header\":{\"namespace\":\"Clova\",\"name\":\"Push\",\"messageId\":\""
                + UUID.randomUUID()
                + "\"},\"payload\":{}}}"))
        .isTrue();
    await("the downchannel's end").until(() -> !standIn.hasDownchannel(client("kitchen")));
    await("another").until(() -> standIn.hasDownchannel(client("kitchen")));
  }

  @Test
  void aDownchannelThatIsResetIsSaidToBeWhy() throws Exception {
    BarePeer peer =
        bench.peer(Manners.GOOD.withDownchannel(stream -> stream.reset(BarePeer.CANCEL)));
    Cic cic = bench.cic(peer.uri(), settings -> settings.withHelloLimit(Duration.ofMillis(1)));
    DeviceLink link = bench.link(cic, "kitchen");
    await("a second opening").until(() -> cic.lanes().opens() >= 2);
    assertThat(bench.begin(link, "kitchen").told.end())
        .isEqualTo("broken stream-reset, may heal");
  }
}
