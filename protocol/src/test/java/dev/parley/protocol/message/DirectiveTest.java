package dev.parley.protocol.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.MalformedException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectiveTest {
  private static Directive read(String json) throws MalformedException {
    return Directive.parse(json.getBytes(UTF_8));
  }

  private static Directive named(String fullName, String payload) throws MalformedException {
    int dot = fullName.indexOf('.');
    return read(
        "{\"header\":{\"namespace\":\"%s\",\"name\":\"%s\",\"messageId\":\"m\"},\"payload\":%s}"
            .formatted(fullName.substring(0, dot), fullName.substring(dot + 1), payload));
  }

  @Test
  void aDirectiveIsReadWrappedOrBare() throws MalformedException {
    String bare =
        "{\"header\":{\"namespace\":\"System\",\"name\":\"Exception\",\"messageId\":\"m\","
            + "\"dialogRequestId\":\"d\"},\"payload\":{\"code\":401,\"description\":\"No.\"}}";
    for (String json : new String[] {bare, "{\"directive\":" + bare + "}"}) {
      Directive directive = read(json);
      assertThat(new String(directive.json(), UTF_8)).isEqualTo(bare);
      assertThat(directive)
          .isInstanceOfSatisfying(
              Directive.SystemException.class,
              e -> {
                assertThat(e.code()).isEqualTo("401");
                assertThat(e.description()).isEqualTo("No.");
              });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Clova.Hello, Hello, false",
    "SpeechRecognizer.StopCapture, StopCapture, true",
    "SpeechRecognizer.KeepRecording, KeepRecording, true",
    "SpeechRecognizer.ShowRecognizedText, ShowRecognizedText, true",
    "SpeechRecognizer.ExpectSpeech, ExpectSpeech, false",
    "SpeechSynthesizer.Speak, Speak, false",
    "Clova.RenderText, RenderText, false",
    "System.Exception, SystemException, false",
    "Clova.HandleDelegatedEvent, Other, false",
    "AudioPlayer.Play, Other, false",
  })
  void captureControlIsWhatSteersTheRecording(String fullName, String type, boolean captureControl)
      throws MalformedException {
    Directive directive = named(fullName, "{}");
    assertThat(directive.getClass().getSimpleName()).isEqualTo(type);
    assertThat(directive.isCaptureControl()).isEqualTo(captureControl);
  }

  @Test
  void expectSpeechSaysHowToGoOn() throws MalformedException {
    Directive.ExpectSpeech full =
        (Directive.ExpectSpeech)
            named(
                "SpeechRecognizer.ExpectSpeech",
                "{\"expectSpeechId\":\"e\",\"explicit\":true,\"timeoutInMilliseconds\":7000,"
                    + "\"expectContentType\":\"Free\"}");
    assertThat(full.expectSpeechId()).contains("e");
    assertThat(full.explicit()).isTrue();
    assertThat(full.timeoutInMilliseconds()).hasValue(7_000);
    assertThat(full.expectContentType()).contains("Free");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"expectSpeechId\":\"\",\"explicit\":\"perhaps\",\"timeoutInMilliseconds\":-1}",
        "{\"expectSpeechId\":7,\"explicit\":null,\"timeoutInMilliseconds\":9223372036854775808}",
        "{\"explicit\":{},\"timeoutInMilliseconds\":\"7000\",\"expectContentType\":[]}",
      })
  void whatExpectSpeechLeavesOutOrGetsWrongIsLeftOut(String payload) throws MalformedException {
    Directive.ExpectSpeech odd =
        (Directive.ExpectSpeech) named("SpeechRecognizer.ExpectSpeech", payload);
    assertThat(odd.expectSpeechId()).isEmpty();
    assertThat(odd.explicit()).isFalse();
    assertThat(odd.timeoutInMilliseconds()).isEmpty();
    assertThat(odd.expectContentType()).isEmpty();
  }

  @Test
  void stopCaptureMayCarryTheText() throws MalformedException {
    assertThat(
            ((Directive.StopCapture)
                    named("SpeechRecognizer.StopCapture", "{\"recognizedText\":\"hi\"}"))
                .recognizedText())
        .contains("hi");
    assertThat(
            ((Directive.StopCapture) named("SpeechRecognizer.StopCapture", "{}")).recognizedText())
        .isEmpty();
  }

  @Test
  void contentIdsAreFoundAnywhereInThePayloadEachOnce() throws MalformedException {
    assertThat(
            named(
                    "A.b",
                    "{\"url\":\"cid:one\",\"x\":[{\"y\":\"CID:two\"},\"cid:one\",\"cid:\"],"
                        + "\"cid:name\":\"xcid:no\"}")
                .contentIds())
        .containsExactly("one", "two");
  }

  @Test
  void aMissingPayloadIsAnEmptyOne() throws MalformedException {
    String header = "{\"header\":{\"namespace\":\"A\",\"name\":\"b\"}";
    assertThat(read(header + "}").payload()).isEmpty();
    assertThat(read(header + ",\"payload\":null}").payload()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"dialogRequestId\":null", ",\"dialogRequestId\":\"\""})
  void anIdThatIsNullOrEmptyIsLeftOut(String dialog) throws MalformedException {
    Directive directive =
        read("{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"messageId\":null" + dialog + "}}");
    assertThat(directive.header().messageId()).isEmpty();
    assertThat(directive.header().dialogRequestId()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{} | \"header\"",
        "{\"header\":null} | \"header\"",
        "{\"header\":[]} | \"header\"",
        "{\"directive\":{}} | \"header\"",
        "{\"header\":{\"name\":\"b\"}} | namespace",
        "{\"header\":{\"namespace\":\"A\",\"name\":7}} | name",
        "{\"header\":{\"namespace\":\"A\",\"name\":\"b\"},\"payload\":[\"private\"]} | \"payload\"",
        "{\"header\":{\"namespace\":\"\",\"name\":\"b\"}} | namespace",
        "{\"header\":{\"namespace\":\"A\",\"name\":\"private b\"}} | name",
        "{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"messageId\":7}} | messageId",
        "{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"messageId\":\"private m\"}} | messageId",
        "{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"dialogRequestId\":7}} | dialogRequestId",
        "{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"dialogRequestId\":{}}} | dialogRequestId",
        "{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"dialogRequestId\":\"private\\r\\nX: y\"}}"
            + " | dialogRequestId",
        "{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"dialogRequestId\":\"..\"}}"
            + " | dialogRequestId",
      })
  void aBadHeaderIsRefusedByTheNameOfTheFieldAndNotQuoted(String json, String field) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(field)
        .hasMessageNotContaining("private");
  }

  @Test
  void anExceptionMadeHereReadsAsOneOfCics() throws MalformedException {
    Directive made = Directive.exception("m", Optional.of("d"), "503", "Try again.");
    assertThat(Directive.parse(made.json())).isEqualTo(made);
  }
}
