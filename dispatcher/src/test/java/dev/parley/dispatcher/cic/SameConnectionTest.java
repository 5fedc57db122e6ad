package dev.parley.dispatcher.cic;

import static dev.parley.dispatcher.cic.CicBench.client;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.standin.DownchannelScript;
import dev.parley.standin.Row;
import dev.parley.standin.StandIn;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An event's request begins on the connection of its device's downchannel, once that has said
 * Hello, or not at all (C3, C5).
 */
final class SameConnectionTest {
  @RegisterExtension private final CicBench bench = new CicBench();

  @Test
  void eachOfManyDevicesSpeaksWhereItsDownchannelIs() throws Exception {
    StandIn standIn = bench.standIn();
    Relay relay = bench.relay(standIn);
    Cic cic = bench.cic(relay.uri(), settings -> settings.withDevicesPerLane(3));
    List<DeviceLink> links = bench.links(cic, 9);
    for (int round = 0; round < 2; round++) {
      bench.beginAll(links).forEach(Utterance::speakAndEndWell);
    }
    assertThat(standIn.verdicts().passed(Row.C3)).isEqualTo(18);
    assertThat(standIn.verdicts().passed(Row.C5)).isEqualTo(18);
    assertThat(standIn.verdicts().failures()).isEmpty();
    assertThat(relay.open()).isEqualTo(3);
    assertThat(cic.lanes().strays()).isZero();
  }

  @Test
  void nothingIsSentBeforeHello() throws Exception {
    StandIn standIn = bench.standIn(config -> config.withDownchannel(DownchannelScript.NO_HELLO));
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withHelloLimit(Duration.ofMillis(100)));
    DeviceLink link = bench.link(cic, "kitchen");
    await("the downchannel").until(() -> standIn.hasDownchannel(client("kitchen")));
    Utterance early = bench.begin(link, "kitchen");
    early.speak(1);
    early.call.finish();
    assertThat(early.told.end()).isEqualTo("broken no-hello");
    assertThat(early.told.isRequested()).isFalse();
    assertThat(standIn.turns()).isEmpty();
    await("nothing to wait for CIC").until(() -> bench.held.bytes() == 0);
  }

  @Test
  void whoWaitsForHelloWhenTheConnectionIsLeftSpeaksOnTheNext() throws Exception {
    StandIn standIn = bench.standIn();
    Relay relay = bench.relay(standIn);
    standIn.scripts().nextDownchannel(DownchannelScript.NO_HELLO);
    Cic cic = bench.cic(relay.uri(), settings -> settings.withHelloLimit(Duration.ofHours(1)));
    DeviceLink link = bench.link(cic, "kitchen");
    await("the downchannel").until(() -> standIn.hasDownchannel(client("kitchen")));
    Utterance waiting = bench.begin(link, "kitchen");
    standIn.goAway();
    waiting.speakAndEndWell();
    assertThat(relay.lines()).hasSize(2);
    assertThat(standIn.verdicts().passed(Row.C5)).isEqualTo(1);
    assertThat(standIn.verdicts().failures()).isEmpty();
  }

  @Test
  void whereNoStreamIsLeftForEventsNoneIsSentElsewhere() throws Exception {
    StandIn standIn = bench.standIn(1);
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withHelloLimit(Duration.ofHours(1)));
    Utterance crowded = bench.begin(bench.link(cic, "kitchen"), "kitchen");
    crowded.speak(1);
    assertThat(crowded.told.end()).isEqualTo("broken wrong-connection, may heal");
    assertThat(cic.lanes().strays()).isEqualTo(3);
    assertThat(crowded.told.isRequested()).isFalse();
    assertThat(standIn.turns()).isEmpty();
    assertThat(standIn.verdicts().failed(Row.C5)).isZero();
  }
}
