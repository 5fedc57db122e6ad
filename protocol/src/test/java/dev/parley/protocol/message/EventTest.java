package dev.parley.protocol.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {
  private static final String M = "277b40c3-b046-4f61-a551-783b1547e7b7";
  private static final String D = "4e4080d6-c440-498a-bb73-ae86c6312806";

  private static byte[] metadata(String fullName, String ids, String payload) {
    int dot = fullName.indexOf('.');
    return "{\"context\":[],\"event\":{\"header\":{\"namespace\":\"%s\",\"name\":\"%s\"%s},\"payload\":%s}}"
        .formatted(fullName.substring(0, dot), fullName.substring(dot + 1), ids, payload)
        .getBytes(UTF_8);
  }

  private static String ids(String message, String dialog) {
    return ",\"messageId\":\"" + message + "\",\"dialogRequestId\":\"" + dialog + "\"";
  }

  private static List<String> check(String fullName, String payload) throws MalformedException {
    return Event.ofMetadata(metadata(fullName, ids(M, D), payload)).check();
  }

  @Test
  void theMetadataPartHoldsContextAndEvent() throws MalformedException {
    Event event = Event.speech(M, D, "ko");
    byte[] metadata = event.metadata(List.of(ContextObject.VolumeState.of(25, false)));
    assertThat(new String(metadata, UTF_8))
        .isEqualTo(
            "{\"context\":[{\"header\":{\"namespace\":\"Speaker\",\"name\":\"VolumeState\"},"
                + "\"payload\":{\"volume\":25,\"muted\":false}}],\"event\":{\"header\":{"
                + "\"namespace\":\"SpeechRecognizer\",\"name\":\"Recognize\",\"messageId\":\""
                + M
                + "\",\"dialogRequestId\":\""
                + D
                + "\"},\"payload\":{\"lang\":\"ko\",\"profile\":\"CLOSE_TALK\",\"format\":"
                + "\"AUDIO_L16_RATE_16000_CHANNELS_1\",\"initiator\":{\"type\":\"TAP\","
                + "\"inputSource\":\"SELF\"}}}}");
    assertThat(Event.checked(metadata)).isEqualTo(event);
    assertThat(Event.contextOfMetadata(metadata))
        .containsExactly(ContextObject.VolumeState.of(25, false));
  }

  @Test
  void onlySpeechHasAudioAndBothRecognizeEventsBeginATurn() throws MalformedException {
    Event speech = Event.speech(M, D, "ja");
    Event text = Event.text(M, D, "hello");
    Event other =
        Event.ofMetadata(
            metadata("Clova.ProcessDelegatedEvent", ",\"messageId\":\"" + M + "\"", "{}"));
    assertThat(List.of(speech.hasAudio(), text.hasAudio(), other.hasAudio()))
        .containsExactly(true, false, false);
    assertThat(List.of(speech.isRecognize(), text.isRecognize(), other.isRecognize()))
        .containsExactly(true, true, false);
    assertThat(List.of(speech.check(), text.check(), other.check())).containsOnly(List.of());
  }

  @Test
  void unknownContextPassesThroughAndWhatIsNoneIsPassedOver() throws MalformedException {
    String known = "{\"header\":{\"namespace\":\"Clova\",\"name\":\"Mood\"},\"payload\":{\"a\":1}}";
    byte[] metadata =
        ("{\"context\":[1,null,\"x\",{},{\"header\":{}},"
                + known
                + "],\"event\":{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"messageId\":\"m\"}}}")
            .getBytes(UTF_8);
    List<ContextObject> context = Event.contextOfMetadata(metadata);
    assertThat(context).hasSize(1);
    assertThat(new String(Json.bytes(context.getFirst().toJson()), UTF_8)).isEqualTo(known);
    assertThatThrownBy(() -> Event.checked(metadata))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("C20: ")
        .hasMessageContaining("C11: the event's payload")
        .hasMessageContaining("C19: messageId");
  }

  @Test
  void aContextThatIsNoArrayIsRefused() {
    byte[] metadata =
        ("{\"event\":{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"messageId\":\""
                + M
                + "\"},\"payload\":{}}}")
            .getBytes(UTF_8);
    assertThatThrownBy(() -> Event.checked(metadata)).hasMessage("C11: context must be an array");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"lang\":\"ko\"}",
        "{\"lang\":\"en\",\"profile\":\"CLOSE_TALK\",\"format\":\"AUDIO_L16_RATE_16000_CHANNELS_1\"}",
        "{\"lang\":\"ja\",\"initiator\":{\"type\":\"PRESS_AND_HOLD\",\"inputSource\":\"CUSTOM_x\"}}",
        "{\"lang\":\"ko\",\"speechId\":\"s\",\"explicit\":true}",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"WAKEWORD\",\"inputSource\":\"SELF\",\"payload\":{"
            + "\"deviceUUID\":\"f003af9d-14c5-424b-b1f9-f0134bd0ed86\",\"wakeWord\":{\"indices\":{"
            + "\"startIndexInSamples\":4800,\"endIndexInSamples\":16000}}}}}",
      })
  void aSpeechRecognizeAsC18SaysIsTaken(String payload) throws MalformedException {
    assertThat(check("SpeechRecognizer.Recognize", payload)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{} | C18: lang",
        "{\"lang\":\"private\"} | C18: lang",
        "{\"lang\":null} | C18: lang",
        "{\"lang\":\"ko\",\"format\":\"private\"} | C18: format",
        "{\"lang\":\"ko\",\"profile\":7} | C18: profile",
        "{\"lang\":\"ko\",\"initiator\":\"private\"} | C18: initiator,",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"private\",\"inputSource\":\"SELF\"}}"
            + " | C18: initiator.type",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"TAP\"}} | C18: initiator.inputSource",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"TAP\",\"inputSource\":\"CUSTOM_\"}}"
            + " | C18: initiator.inputSource",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"TAP\",\"inputSource\":\"SELF\",\"payload\":{"
            + "\"deviceUUID\":\"\"}}} | C18: initiator.payload.deviceUUID",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"WAKEWORD\",\"inputSource\":\"SELF\"}} | C17: ",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"WAKEWORD\",\"inputSource\":\"SELF\",\"payload\":{"
            + "\"wakeWord\":{\"indices\":{\"startIndexInSamples\":9,\"endIndexInSamples\":9}}}}}"
            + " | C17: ",
        "{\"lang\":\"ko\",\"initiator\":{\"type\":\"WAKEWORD\",\"inputSource\":\"SELF\",\"payload\":{"
            + "\"wakeWord\":{\"indices\":{\"startIndexInSamples\":-1,\"endIndexInSamples\":9}}}}}"
            + " | C17: ",
        "{\"lang\":\"ko\",\"speechId\":7} | C25: speechId",
        "{\"lang\":\"ko\",\"explicit\":\"true\"} | C25: explicit",
      })
  void aFindingNamesRowAndFieldAndQuotesNothing(String payload, String finding)
      throws MalformedException {
    assertThat(check("SpeechRecognizer.Recognize", payload))
        .singleElement()
        .asString()
        .startsWith(finding)
        .doesNotContain("private");
  }

  @Test
  void allFindingsAreTold() throws MalformedException {
    byte[] metadata =
        metadata("SpeechRecognizer.Recognize", ids("m", "d"), "{\"format\":1,\"profile\":1}");
    assertThat(Event.ofMetadata(metadata).check()).hasSize(5);
    assertThatThrownBy(() -> Event.checked(metadata))
        .isInstanceOf(MalformedException.class)
        .hasMessageContainingAll("C18: lang", "C18: format", "C18: profile", "C19: messageId");
  }

  @Test
  void aTextRecognizeNeedsText() throws MalformedException {
    String finding = "C26: text must have 1 to 5000 characters";
    assertThat(check("TextRecognizer.Recognize", "{\"text\":\"hi\"}")).isEmpty();
    assertThat(check("TextRecognizer.Recognize", "{}")).containsExactly(finding);
    assertThat(check("TextRecognizer.Recognize", "{\"text\":\" \"}")).containsExactly(finding);
    assertThat(Event.text(M, D, "x".repeat(5_000)).check()).isEmpty();
    assertThat(Event.text(M, D, "x".repeat(5_001)).check()).containsExactly(finding);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SpeechRecognizer.Recognize", "TextRecognizer.Recognize"})
  void bothRecognizeEventsNeedADialog(String fullName) {
    assertThatThrownBy(
            () -> Event.ofMetadata(metadata(fullName, ",\"messageId\":\"" + M + "\"", "{}")))
        .isInstanceOf(MalformedException.class)
        .hasMessage("a Recognize event needs a dialogRequestId (C19)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",\"messageId\":null", ",\"messageId\":\"\"", ",\"messageId\":\"a b\""})
  void everyEventNeedsAMessageId(String ids) {
    assertThatThrownBy(() -> Event.ofMetadata(metadata("A.b", ids, "{}")))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("messageId");
  }
}
