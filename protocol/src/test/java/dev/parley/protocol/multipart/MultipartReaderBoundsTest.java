package dev.parley.protocol.multipart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.multipart.MultipartReader.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What breaks a limit is fatal, and floods that break none are read in little memory. */
class MultipartReaderBoundsTest {
  private static final String HELLO =
      "{\"header\":{\"namespace\":\"Clova\",\"name\":\"Hello\",\"messageId\":\"m1\"},\"payload\":{}}";
  private static final String JSON = "Content-Type: application/json\r\n\r\n";
  private static final String AUDIO = "Content-Type: audio/mpeg\r\nContent-ID: <a-1>\r\n\r\n";

  @Test
  void morePartsThanAllowedAreFatal() {
    byte[] body = "--B\r\n\r\n1\r\n--B\r\n\r\n2\r\n--B\r\n\r\n3\r\n--B--".getBytes(UTF_8);
    assertThat(Heard.of("B", new Limits(2, 100, 100, 100), body))
        .endsWith("bytes 2", "whole", "malformed: the body has more than 2 parts");
    assertThat(Heard.of("B", new Limits(3, 100, 100, 100), body)).endsWith("bytes 3", "whole");
    assertThat(Heard.of("B", new Limits(0, 100, 100, 100), body)).endsWith("bytes 3", "whole");
  }

  @Test
  void longerHeadersThanAllowedAreFatal() {
    byte[] body = "--B\r\nX: 12345\r\n\r\n1\r\n--B--".getBytes(UTF_8);
    assertThat(Heard.of("B", new Limits(0, 12, 100, 100), body)).endsWith("whole");
    assertThat(Heard.of("B", new Limits(0, 11, 100, 100), body))
        .containsExactly("malformed: the headers of a part are larger than 11 bytes");
  }

  @Test
  void aPreambleThatGoesOnAndOnIsFatal() {
    assertThat(Heard.of("B", new Limits(0, 20, 100, 100), new byte[11], new byte[11]))
        .containsExactly(
            "malformed: no boundary within the first 20 bytes; is it the one that the Content-Type"
                + " names?");
  }

  @Test
  void largerJsonThanAllowedIsFatal() {
    byte[] body = ("--B\r\n" + JSON + HELLO + "\r\n--B--").getBytes(UTF_8);
    assertThat(Heard.of("B", new Limits(0, 100, HELLO.length(), 0), body))
        .containsExactly("directive " + HELLO);
    assertThat(Heard.of("B", new Limits(0, 100, HELLO.length() - 1, 0), Heard.single(body)))
        .containsExactly(
            "malformed: a JSON part is larger than " + (HELLO.length() - 1) + " bytes");
  }

  @Test
  void aLargerAttachmentThanAllowedBreaksOffAndIsFatal() {
    byte[] body = ("--B\r\n" + AUDIO + "12345\r\n--B--").getBytes(UTF_8);
    assertThat(Heard.of("B", new Limits(0, 100, 100, 5), body)).endsWith("bytes 12345", "whole");
    assertThat(Heard.of("B", new Limits(0, 100, 100, 4), Heard.single(body)))
        .endsWith("bytes 1234", "broken off", "malformed: an attachment is larger than 4 bytes");
  }

  @Test
  void whatHasFailedGoesOnFailing() {
    Heard heard = new Heard();
    MultipartReader reader = new MultipartReader("B", new Limits(1, 10, 10, 10), heard);
    byte[] bytes = new byte[11];
    assertThatThrownBy(() -> reader.feed(bytes, 0, 11)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> reader.feed(bytes, 0, 1)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(reader::end).isInstanceOf(MalformedException.class);
    reader.abort();
    assertThat(heard.lines()).isEmpty();
  }

  @Test
  void aDownchannelHasNoEndOfParts() throws MalformedException {
    Heard heard = new Heard();
    MultipartReader reader = new MultipartReader("B", Limits.DOWNCHANNEL, heard);
    byte[] part = ("\r\n--B\r\n" + JSON + HELLO).getBytes(UTF_8);
    for (int i = 0; i < 5_000; i++) {
      reader.feed(part, 0, part.length);
    }
    assertThat(heard.lines()).hasSize(5_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r", "\n", "\r\n", "\r\n--", "\r\n--B x", "\r\n--B-", "-", "x"})
  void aFloodOfAlmostBoundariesIsPassedOnAsItArrives(String almost) throws MalformedException {
    long[] passed = {0};
    MultipartReader.Listener counting =
        new MultipartReader.Listener() {
          @Override
          public void directive(Directive directive) {}

          @Override
          public void ignored(String reason) {}

          @Override
          public void attachmentBegun(String contentId, String contentType) {}

          @Override
          public void attachmentBytes(byte[] bytes, int offset, int length) {
            passed[0] += length;
          }

          @Override
          public void attachmentEnded(boolean whole) {}
        };
    MultipartReader reader =
        new MultipartReader("B", new Limits(0, 1_000, 1_000, Long.MAX_VALUE), counting);
    byte[] head = ("--B\r\n" + AUDIO + "x").getBytes(UTF_8);
    reader.feed(head, 0, head.length);
    byte[] flood = almost.repeat(1_001).getBytes(UTF_8);
    for (int i = 1; i <= 2_000; i++) {
      reader.feed(flood, 0, flood.length);
      // No more than a delimiter may be held back.
      assertThat(passed[0])
          .isBetween(1 + (long) i * flood.length - 22, 1 + (long) i * flood.length);
    }
  }
}
