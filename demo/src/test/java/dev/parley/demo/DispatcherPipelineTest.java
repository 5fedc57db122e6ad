package dev.parley.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.producer.AudioSource;
import dev.parley.producer.Pacing;
import dev.parley.producer.Speaker;
import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.Spoken;
import dev.parley.producer.StopSignal;
import dev.parley.producer.TurnRequest;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.standin.StandIn;
import dev.parley.turnlog.KafkaRecords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Producer, broker, dispatcher and stand-in: what the ledger says of it. */
final class DispatcherPipelineTest {
  @Test
  void speechComesToCicAndItsEchoComesBackWhole() throws Exception {
    try (Stage stage = new Stage()) {
      StandIn cic = stage.standIn();
      stage.dispatcher(cic);
      SpeechPublisher publisher = stage.publisher();
      byte[] tone = Sounds.tone(900);
      Spoken spoken =
          new Speaker(publisher)
              .speak(
                  AudioSource.raw(new ByteArrayInputStream(tone), "tone"),
                  TurnRequest.speech("kitchen", "ko"),
                  Pacing.FAST,
                  new StopSignal(),
                  ack -> {});
      LedgerRecord.TurnClosed closed = stage.awaitClosed(spoken.turn());
      assertThat(closed.status()).as(closed.detail()).isEqualTo(TurnStatus.OK);
      assertThat(closed.counts()).containsEntry("audioBytes", spoken.bytes());

      List<LedgerRecord> ledger = stage.ledger();
      LedgerRecord.AttachmentEnded echo =
          ledger.stream()
              .filter(LedgerRecord.AttachmentEnded.class::isInstance)
              .map(LedgerRecord.AttachmentEnded.class::cast)
              .findFirst()
              .orElseThrow();
      assertThat(echo.whole()).isTrue();
      assertThat(echo.length()).isEqualTo(spoken.bytes());
      assertThat(echo.sha256()).isEqualTo(spoken.sha256());
      assertThat(pieces(stage, echo.attachment())).isEqualTo(tone);
      assertThat(
              ledger.stream()
                  .filter(LedgerRecord.DirectiveReceived.class::isInstance)
                  .map(record -> name((LedgerRecord.DirectiveReceived) record)))
          .contains("SpeechSynthesizer.Speak", "Clova.RenderText");
      assertThat(cic.verdicts().failures()).isEmpty();
    }
  }

  private static String name(LedgerRecord.DirectiveReceived directive) {
    try {
      return Directive.parse(directive.json()).header().fullName();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] pieces(Stage stage, String attachment) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int partition = 0; partition < Stage.PARTITIONS; partition++) {
      for (var record : stage.read(stage.topics.attachments(), partition)) {
        AttachmentPiece piece = AttachmentPiece.parse(KafkaRecords.fromKafka(record));
        if (piece.attachment().equals(attachment)) {
          bytes.write(piece.bytes());
        }
      }
    }
    return bytes.toByteArray();
  }
}
