package dev.parley.protocol.multipart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.MalformedException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The reader against byte vectors, each cut at every offset. */
class MultipartReaderTest {
  private static final String HELLO =
      "{\"header\":{\"namespace\":\"Clova\",\"name\":\"Hello\",\"messageId\":\"m1\"},\"payload\":{}}";
  private static final String SPEAK =
      "{\"header\":{\"namespace\":\"SpeechSynthesizer\",\"name\":\"Speak\",\"messageId\":\"m2\","
          + "\"dialogRequestId\":\"d1\"},\"payload\":{\"url\":\"cid:a-1\",\"brace\":\"}\\\"{\"}}";
  private static final String JSON_HEAD = "Content-Type: application/json; charset=UTF-8\r\n\r\n";
  private static final String AUDIO_HEAD = "Content-Type: audio/mpeg\r\nContent-ID: <a-1>\r\n\r\n";

  /** Asserts what the body holds, whole, byte by byte and cut in two at every offset. */
  private static void reads(String body, String... lines) {
    byte[] bytes = body.getBytes(UTF_8);
    assertThat(Heard.of("B", MultipartReader.Limits.DEFAULT, bytes)).containsExactly(lines);
    byte[][] single = new byte[bytes.length][];
    for (int i = 0; i < bytes.length; i++) {
      single[i] = new byte[] {bytes[i]};
    }
    assertThat(Heard.of("B", MultipartReader.Limits.DEFAULT, single)).containsExactly(lines);
    for (int i = 0; i <= bytes.length; i++) {
      assertThat(
              Heard.of(
                  "B",
                  MultipartReader.Limits.DEFAULT,
                  Arrays.copyOfRange(bytes, 0, i),
                  Arrays.copyOfRange(bytes, i, bytes.length)))
          .as("cut at %d", i)
          .containsExactly(lines);
    }
  }

  @Test
  void aDirectiveAndItsAttachmentAreReadInOrder() {
    reads(
        "--B\r\n" + JSON_HEAD + SPEAK + "\r\n--B\r\n" + AUDIO_HEAD + "sound\r\n--B--\r\n",
        "directive " + SPEAK,
        "attachment a-1 | audio/mpeg",
        "bytes sound",
        "whole");
  }

  @Test
  void aDirectiveIsToldAsSoonAsItsJsonIsWhole() throws MalformedException {
    Heard heard = new Heard();
    MultipartReader reader = new MultipartReader("B", MultipartReader.Limits.DOWNCHANNEL, heard);
    byte[] body = ("--B\r\n" + JSON_HEAD + HELLO).getBytes(UTF_8);
    reader.feed(body, 0, body.length - 1);
    assertThat(heard.lines()).isEmpty();
    reader.feed(body, body.length - 1, 1);
    assertThat(heard.lines()).containsExactly("directive " + HELLO);
  }
}
