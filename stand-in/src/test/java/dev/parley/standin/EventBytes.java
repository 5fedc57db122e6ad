package dev.parley.standin;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The bytes of an event's body, right unless told otherwise. */
final class EventBytes {
  static final String BOUNDARY = "Boundary-Text";
  static final String METADATA_HEADERS =
      "Content-Disposition: form-data; name=\"metadata\"\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n";
  static final String AUDIO_HEADERS =
      "Content-Disposition: form-data; name=\"audio\"\r\nContent-Type: application/octet-stream\r\n\r\n";
  static final String SPEECH_PAYLOAD =
      "{\"lang\":\"ko\",\"profile\":\"CLOSE_TALK\",\"format\":\"AUDIO_L16_RATE_16000_CHANNELS_1\","
          + "\"initiator\":{\"type\":\"TAP\",\"inputSource\":\"SELF\"}}";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  static String id() {
    return UUID.randomUUID().toString();
  }

  static String speech(String dialog, String message, String payload) {
    return metadata("SpeechRecognizer", dialog, message, payload);
  }

  static String metadata(String namespace, String dialog, String message, String payload) {
    return "{\"context\":[],\"event\":{\"header\":{\"namespace\":\"%s\",\"name\":\"Recognize\",\"messageId\":\"%s\","
            .formatted(namespace, message)
        + "\"dialogRequestId\":\"%s\"},\"payload\":%s}}".formatted(dialog, payload);
  }

  static byte[] speechTurn(String dialog, String message, byte[] audio) {
    EventBytes body = new EventBytes().metadata(speech(dialog, message, SPEECH_PAYLOAD));
    return body.chunks(audio).last();
  }

  static byte[] textTurn(String dialog, String message) {
    return new EventBytes()
        .metadata(metadata("TextRecognizer", dialog, message, "{\"text\":\"hello\"}"))
        .last();
  }

  EventBytes metadata(String json) {
    return part(METADATA_HEADERS, json.getBytes(StandardCharsets.UTF_8));
  }

  EventBytes chunks(byte[] audio) {
    for (int at = 0; at < audio.length; at += 6_400) {
      audio(java.util.Arrays.copyOfRange(audio, at, Math.min(at + 6_400, audio.length)));
    }
    return this;
  }

  EventBytes audio(byte[] chunk) {
    return part(AUDIO_HEADERS, chunk);
  }

  EventBytes part(String headers, byte[] body) {
    raw("--" + BOUNDARY + "\r\n" + headers);
    bytes.writeBytes(body);
    return raw("\r\n");
  }

  EventBytes raw(String text) {
    bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  byte[] last() {
    return raw("--" + BOUNDARY + "--\r\n").sofar();
  }

  byte[] sofar() {
    byte[] all = bytes.toByteArray();
    bytes.reset();
    return all;
  }
}
