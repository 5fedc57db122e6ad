package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManyStreamsTest {
  private static final int CONNECTIONS = 4;
  private static final int TURNS_EACH = 1_000;

  @Test
  void fourThousandTurnsAreOpenAtOnceAndEachGetsItsOwnAudioBack() {
    StandInConfig config =
        StandInConfig.DEFAULT
            .withTransport(new Transport.Cleartext())
            .withCapacity(new StandInConfig.Capacity(1_100, 1));
    byte[] audio = new byte[CONNECTIONS * TURNS_EACH + 6_400];
    new Random(7).nextBytes(audio);
    List<TestClient> clients = new ArrayList<>();
    try (StandIn standIn = StandIn.start(config)) {
      List<TestClient.Stream> turns = new ArrayList<>();
      for (int c = 0; c < CONNECTIONS; c++) {
        TestClient client = new TestClient(standIn.port());
        clients.add(client);
        client.downchannel("token-" + c);
        for (int t = 0; t < TURNS_EACH; t++) {
          TestClient.Stream turn = client.request(TestClient.post("token-" + c), false);
          String json =
              EventBytes.speech(EventBytes.id(), EventBytes.id(), EventBytes.SPEECH_PAYLOAD);
          turn.send(
              new EventBytes().metadata(json).audio(chunk(audio, turns.size())).sofar(), false);
          turns.add(turn);
        }
      }
      assertThat(standIn.turns()).as("all are open").isEmpty();
      for (TestClient.Stream turn : turns) {
        turn.send(new EventBytes().last(), true);
      }
      for (int t = 0; t < turns.size(); t++) {
        TestClient.Stream turn = turns.get(t).awaitEnd();
        String cid = ResponseText.field(turn.text(), "url").substring(4);
        assertThat(ResponseText.attachment(turn, cid)).isEqualTo(chunk(audio, t));
      }
      assertThat(standIn.verdicts().failures()).isEmpty();
    } finally {
      clients.forEach(TestClient::close);
    }
  }

  private static byte[] chunk(byte[] audio, int from) {
    return java.util.Arrays.copyOfRange(audio, from, from + 6_400);
  }
}
