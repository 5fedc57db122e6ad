package dev.parley.protocol.multipart;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.multipart.EventBody.Layout;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C11 to C16: the very bytes of an event request. */
class EventBodyTest {
  private static final String METADATA =
      """
      --B-1
      Content-Disposition: form-data; name="metadata"
      Content-Type: application/json; charset=UTF-8

      {"é":1}
      """;
  private static final String AUDIO =
      """
      --B-1
      Content-Disposition: form-data; name="audio"
      Content-Type: application/octet-stream

      """;

  private static String body(Layout layout, String... chunks) {
    EventBody body = new EventBody("B-1", layout);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(body.metadata("{\"é\":1}".getBytes(UTF_8)));
    for (int i = 0; i < chunks.length; i++) {
      bytes.writeBytes(body.beforeChunk(i));
      bytes.writeBytes(chunks[i].getBytes(US_ASCII));
    }
    bytes.writeBytes(body.end());
    return bytes.toString(UTF_8);
  }

  private static String crlf(String lines) {
    return lines.replace("\n", "\r\n");
  }

  @Test
  void everyChunkIsAPartOfItsOwn() {
    assertThat(body(Layout.PART_PER_CHUNK, "one", "two"))
        .isEqualTo(crlf(METADATA + AUDIO + "one\n" + AUDIO + "two\n--B-1--\n"));
  }

  @Test
  void allChunksMayBeOnePart() {
    assertThat(body(Layout.ONE_PART, "one", "two"))
        .isEqualTo(crlf(METADATA + AUDIO + "onetwo\n--B-1--\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PART_PER_CHUNK", "ONE_PART"})
  void anEventWithoutAudioIsTheMetadataPartAlone(Layout layout) {
    assertThat(body(layout)).isEqualTo(crlf(METADATA + "--B-1--\n"));
  }

  @Test
  void theContentTypeNamesTheBoundary() throws MalformedException {
    EventBody body = new EventBody("B-1", Layout.PART_PER_CHUNK);
    assertThat(body.contentType()).isEqualTo("multipart/form-data; boundary=B-1");
    assertThat(MultipartReader.boundaryOf(body.contentType())).isEqualTo("B-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a;b", "a\"b", "a\r\nX: y", "ä"})
  void aBoundaryThatWouldNeedQuotesIsRefused(String boundary) {
    assertThatThrownBy(() -> new EventBody(boundary, Layout.PART_PER_CHUNK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 70");
  }

  @Test
  void aBoundaryHasAtMost70Characters() {
    assertThat(new EventBody("b".repeat(70), Layout.ONE_PART)).isNotNull();
    assertThatThrownBy(() -> new EventBody("b".repeat(71), Layout.ONE_PART))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
