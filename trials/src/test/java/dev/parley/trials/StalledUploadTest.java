package dev.parley.trials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.Spoken;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.standin.ReceivedTurn;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import dev.parley.standin.StandInConfig;
import dev.parley.standin.StopCapture;
import dev.parley.standin.Upload;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An endpoint that stops taking an upload, which only flow control tells. */
class StalledUploadTest {
  private Stage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new Stage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @ParameterizedTest
  @EnumSource(names = "READ", mode = EnumSource.Mode.EXCLUDE)
  void theTurnIsGivenUpAndTriedAgainAndSaysItAll(Upload upload) throws Exception {
    Script usual = Script.DEFAULT.withStopCapture(StopCapture.NEVER);
    StandIn cic =
        stage.standIn(config ->
            config
                .withScript(usual)
                .withCapacity(
                    StandInConfig.Capacity.DEFAULT.withWindows(
                        32_768, StandInConfig.Capacity.LEAST_CONNECTION_WINDOW)));
    cic.scripts().next(usual.withUpload(upload));
    var _ = stage.dispatcher(cic);
    SpeechPublisher publisher = stage.publisher();
    byte[] pcm = new byte[192_000];
    new Random(5).nextBytes(pcm);
    Spoken spoken = stage.speak(publisher, "kitchen", pcm);

    LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
    assertThat(closed.status()).isEqualTo(TurnStatus.OK);
    assertThat(closed.attempt().number()).isEqualTo(2);
    assertThat(cic.turns())
        .extracting(ReceivedTurn::finish)
        .containsExactly(ReceivedTurn.Finish.ABORTED, ReceivedTurn.Finish.CLIENT_END);
    assertThat(cic.turns().getFirst().audioBytes()).isPositive().isLessThan(pcm.length);
    assertThat(cic.turns().getLast().audioBytes()).isEqualTo(pcm.length);
  }
}
