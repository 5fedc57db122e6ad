package dev.parley.protocol.multipart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.multipart.MultipartReader.Limits;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reader against byte vectors, each cut at every offset and fed byte by byte. */
class MultipartReaderTest {
  private static final String HELLO =
      "{\"header\":{\"namespace\":\"Clova\",\"name\":\"Hello\",\"messageId\":\"m1\"},\"payload\":{}}";
  private static final String SPEAK =
      "{\"header\":{\"namespace\":\"SpeechSynthesizer\",\"name\":\"Speak\",\"messageId\":\"m2\","
          + "\"dialogRequestId\":\"d1\"},\"payload\":{\"url\":\"cid:a-1\",\"brace\":\"}\\\"{\"}}";
  private static final String JSON = "Content-Type: application/json; charset=UTF-8\r\n\r\n";
  private static final String AUDIO = "Content-Type: audio/mpeg\r\nContent-ID: <a-1>\r\n\r\n";

  /** Asserts what the body holds, however it is cut. */
  private static void reads(String body, String... lines) {
    byte[] bytes = body.getBytes(UTF_8);
    assertThat(Heard.of("B", Limits.DEFAULT, bytes)).containsExactly(lines);
    assertThat(Heard.of("B", Limits.DEFAULT, Heard.single(bytes))).containsExactly(lines);
    for (int i = 0; i <= bytes.length; i++) {
      assertThat(Heard.of("B", Limits.DEFAULT, cut(bytes, 0, i), cut(bytes, i, bytes.length)))
          .as("cut at %d", i)
          .containsExactly(lines);
    }
  }

  private static byte[] cut(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  @Test
  void aDirectiveAndItsAttachmentAreToldInOrder() {
    reads(
        "--B\r\n" + JSON + SPEAK + "\r\n--B\r\n" + AUDIO + "sound\r\n--B--\r\n",
        "directive " + SPEAK,
        "attachment a-1 | audio/mpeg",
        "bytes sound",
        "whole");
  }

  @Test
  void anAttachmentMayComeBeforeTheDirectiveThatNamesIt() {
    reads(
        "--B\r\n" + AUDIO + "sound\r\n--B\r\n" + JSON + SPEAK + "\r\n--B--\r\n",
        "attachment a-1 | audio/mpeg",
        "bytes sound",
        "whole",
        "directive " + SPEAK);
  }

  @Test
  void cutsAtEveryPairOfOffsetsMakeNoDifference() {
    byte[] bytes =
        ("x\r\n--B\r\n" + JSON + HELLO + "\r\n--B \r\nContent-ID: <a>\r\n\r\n1\r\n--\r\r\n--B--")
            .getBytes(UTF_8);
    String[] lines = {
      "directive " + HELLO, "attachment a | application/octet-stream", "bytes 1\r\n--\r", "whole"
    };
    for (int i = 0; i <= bytes.length; i++) {
      for (int j = i; j <= bytes.length; j++) {
        assertThat(
                Heard.of(
                    "B",
                    Limits.DEFAULT,
                    cut(bytes, 0, i),
                    cut(bytes, i, j),
                    cut(bytes, j, bytes.length)))
            .as("cut at %d and %d", i, j)
            .containsExactly(lines);
      }
    }
  }

  @Test
  void aDirectiveIsToldAsSoonAsItsJsonIsWhole() throws MalformedException {
    Heard heard = new Heard();
    MultipartReader reader = new MultipartReader("B", Limits.DOWNCHANNEL, heard);
    byte[] body = ("--B\r\n" + JSON + HELLO).getBytes(UTF_8);
    reader.feed(body, 0, body.length - 1);
    assertThat(heard.lines()).isEmpty();
    reader.feed(body, body.length - 1, 1);
    assertThat(heard.lines()).containsExactly("directive " + HELLO);
  }

  @Test
  void attachmentBytesStreamAsTheyArrive() throws MalformedException {
    Heard heard = new Heard();
    MultipartReader reader = new MultipartReader("B", Limits.DEFAULT, heard);
    byte[] body = ("--B\r\n" + AUDIO + "sound").getBytes(UTF_8);
    reader.feed(body, 0, body.length);
    assertThat(heard.attachmentLength()).isEqualTo(5);
    reader.feed(new byte[100_000], 0, 100_000);
    assertThat(heard.attachmentLength()).isEqualTo(100_005);
  }

  @Test
  void aFinalBoundaryMayBeMissing() {
    String begun = "--B\r\n" + JSON + HELLO + "\r\n--B\r\n" + AUDIO + "sound";
    String[] lines = {"directive " + HELLO, "attachment a-1 | audio/mpeg", "bytes sound", "whole"};
    reads(begun, lines);
    reads(begun + "\r\n--B", lines);
    reads(begun + "\r\n--B-", lines);
    reads(begun + "\r\n--B\r\n", lines);
    reads(begun + "\r\n--B\r", lines);
    reads("--B\r\n" + JSON + HELLO, "directive " + HELLO);
    reads("--B\r\n" + JSON + HELLO + "\r\n", "directive " + HELLO);
  }

  @Test
  void whatOnlyLooksLikeABoundaryBelongsToTheAttachment() {
    for (String almost :
        List.of(
            "\r\n--",
            "\r\n-",
            "\r\n",
            "\n",
            "\r",
            "--B",
            "x--B\r\n",
            "\r\n--BB\r\n",
            "\r\n--B-x",
            "\r\n--B x",
            "\r\n--B\rx",
            "\r\n--B -- ",
            "\r--B\r\n",
            "\r\n--C--\r\n",
            "\r\n--B" + " ".repeat(17) + "\r\n",
            "\r\n\r\n--\r\n--\r\r\n")) {
      reads(
          "--B\r\n" + AUDIO + "1" + almost + "2\r\n--B--",
          "attachment a-1 | audio/mpeg",
          "bytes 1" + almost + "2",
          "whole");
      reads(
          "--B\r\n" + AUDIO + "1" + almost + "\r\n--B--",
          "attachment a-1 | audio/mpeg",
          "bytes 1" + almost,
          "whole");
    }
  }

  @Test
  void boundariesMayBeFollowedByBlanks() {
    reads("--B \t\r\n" + JSON + HELLO + "\r\n--B--  \r\n", "directive " + HELLO);
  }

  @Test
  void lineEndsMayBeLfAlone() {
    reads(
        ("--B\r\n" + JSON + HELLO + "\r\n--B\r\n" + AUDIO + "sound\r\n--B--\r\n").replace("\r", ""),
        "directive " + HELLO,
        "attachment a-1 | audio/mpeg",
        "bytes sound",
        "whole");
  }

  @Test
  void preambleAndEpilogueArePassedOver() {
    reads(
        "This is a preamble.\r\n--Bx\r\n--B\r\n" + JSON + HELLO + "\r\n--B--\r\n--B\r\nepilogue",
        "directive " + HELLO);
  }

  @Test
  void aBodyMayHoldNothing() {
    reads("");
    reads("\r\n");
    reads("--B--");
    reads("--B\r\n--B\r\n\r\n--B--");
  }

  @Test
  void aPartWhoseHeadersAreCutIsIgnored() {
    for (String headers : new String[] {"C", "Content-Type: audio/mp", "Content-Type: a/b\r\n"}) {
      reads(
          "--B\r\n" + JSON + HELLO + "\r\n--B\r\n" + headers,
          "directive " + HELLO,
          "ignored the body ended within the headers of a part");
    }
    reads("--B\r\n" + AUDIO, "attachment a-1 | audio/mpeg", "bytes ", "whole");
  }

  @Test
  void aBodyWithoutItsBoundaryIsMalformed() {
    reads("what is this", "malformed: the body ended without its boundary");
  }

  @Test
  void headerNamesAndTypesAreReadInAnyCase() {
    reads(
        "--B\r\ncOnTeNt-TyPe:APPLICATION/JSON;Charset=\"utf-8\";\r\n\r\n" + HELLO + "\r\n--B--",
        "directive " + HELLO);
    reads(
        "--B\r\ncontent-type: Audio/MPEG\r\nCONTENT-ID:  \"<a b>\"  \r\n\r\n1\r\n--B--",
        "attachment a b | Audio/MPEG",
        "bytes 1",
        "whole");
  }

  @Test
  void contentDispositionMeansNothing() {
    reads(
        "--B\r\nContent-Disposition: form-data; name=\"audio\"\r\n" + JSON + HELLO + "\r\n--B--",
        "directive " + HELLO);
  }

  @Test
  void aPartWithoutAContentTypeIsJsonIfItBeginsWithABrace() {
    reads("--B\r\n\r\n" + HELLO + "\r\n--B--", "directive " + HELLO);
    reads(
        "--B\r\n\r\nsound\r\n--B--",
        "attachment  | application/octet-stream",
        "bytes sound",
        "whole");
  }

  @Test
  void anEmptyAttachmentIsOne() {
    String[] lines = {"attachment a-1 | audio/mpeg", "bytes ", "whole"};
    reads("--B\r\n" + AUDIO + "\r\n--B--", lines);
    reads("--B\r\n" + AUDIO + "--B--", lines);
    reads(
        "--B\r\nContent-ID: a\r\n\r\n--B--",
        "attachment a | application/octet-stream",
        "bytes ",
        "whole");
  }

  @Test
  void aPartThatIsNotWhatItSaysIsIgnoredAlone() {
    String after = "\r\n--B\r\n" + JSON + HELLO + "\r\n--B--";
    String hello = "directive " + HELLO;
    reads("--B\r\n" + JSON + after, "ignored a JSON part ended before its object did", hello);
    reads(
        "--B\r\n" + JSON + "{\"a\":" + after,
        "ignored a JSON part ended before its object did",
        hello);
    reads(
        "--B\r\n" + JSON + "[1,2]" + after,
        "ignored a JSON part does not begin with an object",
        hello);
    reads(
        "--B\r\n" + JSON + "{\"a\":1]}" + after,
        "ignored a JSON part is no directive: not JSON, a name twice, deeper than 64, or a number longer than 1000 (line 1, column 7)",
        "ignored a JSON part goes on after its object; the rest is passed over",
        hello);
    reads(
        "--B\r\n" + JSON + "{}" + after,
        "ignored a JSON part is no directive: \"header\" is missing or not an object",
        hello);
    reads(
        "--B\r\n" + JSON + HELLO + "x" + after,
        hello,
        "ignored a JSON part goes on after its object; the rest is passed over",
        hello);
    reads(
        "--B\r\n" + JSON + "{\"a\":" + "[".repeat(64) + after,
        "ignored a JSON part is nested too deep",
        hello);
    reads(
        "--B\r\nContent-ID: " + "i".repeat(257) + "\r\n\r\nsound" + after,
        "ignored a part is passed over: its Content-ID is longer than 256 characters",
        hello);
    reads(
        "--B\r\nContent-ID: a\rb\r\n\r\nsound" + after,
        "ignored a part is passed over: its Content-ID holds a control character, or one that may"
            + " not stand there",
        hello);
    reads(
        "--B\r\nContent-Type: a\u00e9\r\n\r\nsound" + after,
        "ignored a part is passed over: its Content-Type holds a control character, or one that"
            + " may not stand there",
        hello);
  }

  @Test
  void jsonMayHaveBlanksAndAByteOrderMarkRoundIt() {
    reads("--B\r\n" + JSON + "\ufeff \r\n\t" + HELLO + " \r\n\r\n--B--", "directive " + HELLO);
  }

  @Test
  void headerLinesThatAreNoneArePassedOver() {
    reads(
        "--B\r\nnonsense\r\n: x\r\nContent-Type: application/json;\r\n charset: x\r\n\r\n"
            + HELLO
            + "\r\n--B--",
        "directive " + HELLO);
  }

  @Test
  void aBrokenStreamLeavesTheAttachmentNotWhole() throws MalformedException {
    assertThat(aborted("--B\r\n" + AUDIO + "sound"))
        .containsExactly("attachment a-1 | audio/mpeg", "bytes sound", "broken off");
    assertThat(aborted("--B\r\n" + AUDIO + "sound\r\n--B--"))
        .containsExactly("attachment a-1 | audio/mpeg", "bytes sound", "whole");
    assertThat(aborted("--B\r\n" + JSON + HELLO)).containsExactly("directive " + HELLO);
    assertThat(aborted("--B\r\n" + JSON + HELLO + "\r\n--B\r\n"))
        .containsExactly("directive " + HELLO);
    assertThat(aborted("--B\r\n" + JSON + "{\"header\""))
        .containsExactly("ignored the stream broke off inside a part");
    assertThat(aborted("--B\r\nContent-Ty"))
        .containsExactly("ignored the stream broke off inside a part");
    assertThat(aborted("")).isEmpty();
  }

  private static List<String> aborted(String body) throws MalformedException {
    Heard heard = new Heard();
    MultipartReader reader = new MultipartReader("B", Limits.DEFAULT, heard);
    byte[] bytes = body.getBytes(UTF_8);
    reader.feed(bytes, 0, bytes.length);
    reader.abort();
    reader.abort();
    assertThatThrownBy(() -> reader.feed(bytes, 0, bytes.length))
        .isInstanceOf(IllegalStateException.class);
    return heard.lines();
  }
}
