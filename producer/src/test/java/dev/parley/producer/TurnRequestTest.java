package dev.parley.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.ContextObject;
import dev.parley.protocol.message.Event;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TurnRequestTest {
  private static final String DIALOG = "1c5a2b34-0000-4000-8000-00000000000d";
  private static final String MESSAGE = "1c5a2b34-0000-4000-8000-00000000000e";

  @Test
  void speechHasTheUsualPayloadAndNewIds() throws Exception {
    TurnRequest request = TurnRequest.speech("kitchen", "ja");
    JsonNode payload = event(request).path("payload");

    assertThat(request.hasAudio()).isTrue();
    assertThat(payload.path("lang").stringValue()).isEqualTo("ja");
    assertThat(payload.path("initiator").path("type").stringValue()).isEqualTo("TAP");
    assertThat(request.turn()).isNotEqualTo(TurnRequest.speech("kitchen", "ja").turn());
    assertThat(event(request).path("header").path("dialogRequestId").stringValue())
        .isEqualTo(request.turn().dialog());
    assertThat(event(request).path("header").path("messageId").stringValue())
        .isEqualTo(request.turn().message());
  }

  @Test
  void anAnswerKeepsTheDialogAndEchoesWhatWasExpected() throws Exception {
    TurnRequest first = TurnRequest.speech("kitchen", "ko");
    TurnRequest answer =
        TurnRequest.text("kitchen", "at seven")
            .withDialog(first.turn().dialog())
            .answering("expect-1", true);

    assertThat(answer.turn().dialog()).isEqualTo(first.turn().dialog());
    assertThat(answer.turn().message()).isNotEqualTo(first.turn().message());
    assertThat(event(answer).path("payload").path("speechId").stringValue()).isEqualTo("expect-1");
    assertThat(event(answer).path("payload").path("explicit").booleanValue()).isTrue();
    assertThat(event(answer).path("payload").path("text").stringValue()).isEqualTo("at seven");
  }

  @Test
  void aWakeWordBearsItsIndices() throws Exception {
    TurnRequest request =
        TurnRequest.speech("kitchen", "ko").withInitiator(new Initiator.WakeWord(4800, 16_000));
    JsonNode initiator = event(request).path("payload").path("initiator");

    assertThat(initiator.path("type").stringValue()).isEqualTo("WAKEWORD");
    JsonNode indices = initiator.path("payload").path("wakeWord").path("indices");
    assertThat(indices.path("startIndexInSamples").intValue()).isEqualTo(4800);
    assertThat(indices.path("endIndexInSamples").intValue()).isEqualTo(16_000);
    assertThatThrownBy(() -> new Initiator.WakeWord(100, 100)).hasMessageContaining("C17");
    assertThatThrownBy(() -> new Initiator.WakeWord(-1, 100)).hasMessageContaining("C17");
  }

  @Test
  void contextGoesAlong() throws Exception {
    TurnRequest request =
        TurnRequest.speech("kitchen", "ko")
            .withContext(List.of(ContextObject.VolumeState.of(30, false)))
            .withMessage(MESSAGE);
    assertThat(Event.contextOfMetadata(request.metadata()))
        .extracting(ContextObject::name)
        .containsExactly("VolumeState");
  }

  @Test
  void metadataOfTheDevicesOwnPassByteForByte() throws Exception {
    byte[] own =
        metadata("SpeechRecognizer", MESSAGE, DIALOG, "{\"lang\":\"ko\", \"new\": 1.50}")
            .replace(
                "[]", "[ {\"header\":{\"namespace\":\"New\",\"name\":\"Thing\"},\"payload\":{}} ]")
            .getBytes(UTF_8);
    TurnRequest request = TurnRequest.ofMetadata("kitchen", own);

    assertThat(request.metadata()).isEqualTo(own);
    assertThat(request.turn().dialog()).isEqualTo(DIALOG);
    assertThat(request.turn().message()).isEqualTo(MESSAGE);
    assertThat(request.hasAudio()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"lang":"fr"}                                                        | C18
          {}                                                                   | C18
          {"lang":"ko","format":"MP3"}                                         | C18
          {"lang":"ko","profile":"FAR_FIELD"}                                  | C18
          {"lang":"ko","initiator":{"type":"SHOUT"}}                           | C18
          {"lang":"ko","initiator":{"type":"TAP","inputSource":"MINE"}}        | C18
          {"lang":"ko","initiator":7}                                          | C18
          {"lang":"ko","initiator":{"type":"WAKEWORD","inputSource":"SELF"}}   | C17
          {"lang":"ko","initiator":{"type":"WAKEWORD","payload":{"wakeWord":{"indices":{"startIndexInSamples":9,"endIndexInSamples":9}}}}} | C17
          """)
  void speechThatCicWouldRefuseIsRefused(String payload, String why) {
    assertRefused(metadata("SpeechRecognizer", MESSAGE, DIALOG, payload), why);
  }

  @Test
  void otherMetadataThatCicWouldRefuseAreRefused() {
    String ko = "{\"lang\":\"ko\"}";
    assertRefused(metadata("SpeechRecognizer", "m1", DIALOG, ko), "messageId must be a UUID");
    assertRefused(metadata("SpeechRecognizer", MESSAGE, "", ko), "dialogRequestId");
    assertRefused(metadata("TextRecognizer", MESSAGE, DIALOG, "{}"), "C26");
    assertRefused(metadata("TextRecognizer", MESSAGE, DIALOG, "{\"text\":\" \"}"), "C26");
    assertRefused(metadata("Clova", MESSAGE, DIALOG, "{}"), "nothing else");
    assertRefused(metadata("TextRecognizer", MESSAGE, DIALOG, "[]"), "payload");
    assertRefused("{\"event\":{}}", "header");
    assertRefused("what?", "not JSON");
  }

  @Test
  void wrongArgumentsAreTheCallersMistake() {
    assertThatThrownBy(() -> TurnRequest.speech("kitchen", "fr"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lang");
    assertThatThrownBy(() -> TurnRequest.speech("../etc", "ko"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("device");
    assertThatThrownBy(() -> TurnRequest.text("kitchen", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TurnRequest.speech("kitchen", "ko").withDialog("d1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("UUID");
    assertThatThrownBy(
            () -> TurnRequest.text("kitchen", "hi").withInitiator(new Initiator.PressAndHold()))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void assertRefused(String metadata, String why) {
    assertThatThrownBy(() -> TurnRequest.ofMetadata("kitchen", metadata.getBytes(UTF_8)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
  }

  private static String metadata(String namespace, String message, String dialog, String payload) {
    return "{\"context\":[],\"event\":{\"header\":{\"namespace\":\""
        + namespace
        + "\",\"name\":\"Recognize\",\"messageId\":\""
        + message
        + "\",\"dialogRequestId\":\""
        + dialog
        + "\"},\"payload\":"
        + payload
        + "}}";
  }

  private static JsonNode event(TurnRequest request) throws MalformedException {
    return Json.object(request.metadata()).path("event");
  }
}
