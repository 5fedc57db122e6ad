package dev.parley.dispatcher.cic;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.multipart.MultipartReader;
import java.io.EOFException;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a stream's parts, without a connection. */
final class StreamReaderTest {
  private static final MediaType MULTIPART = MediaType.get("multipart/related");
  private static final String SOUND =
      "--b\r\nContent-Type: audio/mpeg\r\nContent-ID: <sound>\r\n\r\n";

  private final Told told = new Told();
  private final KeptAttachments store = new KeptAttachments();

  private static String directive(String name) {
    return "--b\r\nContent-Type: application/json\r\n\r\n{\"directive\":{\"header\":{\"namespace\":"
        + "\"Clova\",\"name\":\""
        + name
        + "\"},\"payload\":{}}}\r\n";
  }

  private void read(String body, AttachmentStore to) throws Exception {
    read(ResponseBody.create(body, MULTIPART), to, MultipartReader.Limits.DEFAULT);
  }

  private void read(ResponseBody body, AttachmentStore to, MultipartReader.Limits limits)
      throws Exception {
    new StreamReader("kitchen", "dialog-1", to, told).readAll(body, "b", limits);
  }

  /** A body that breaks off as a connection does. */
  private static ResponseBody breakingOffAfter(String body) {
    Buffer sent = new Buffer().writeString(body, ISO_8859_1);
    Source source =
        new Source() {
          @Override
          public long read(Buffer sink, long most) throws IOException {
            if (sent.exhausted()) {
              throw new EOFException("as the test wants it");
            }
            return sent.read(sink, most);
          }

          @Override
          public Timeout timeout() {
            return Timeout.NONE;
          }

          @Override
          public void close() {}
        };
    return ResponseBody.create(Okio.buffer(source), MULTIPART, -1);
  }

  @Test
  void directivesAndAttachmentsAreToldInTheirOrder() throws Exception {
    read(
        directive("One") + SOUND + "mp3\r\n" + directive("Two") + SOUND + "wave\r\n--b--\r\n",
        store);
    assertThat(told.heard())
        .containsExactly(
            "Clova.One",
            "kitchen/dialog-1/0 begins at 0",
            "kitchen/dialog-1/0 is whole, 3 bytes",
            "Clova.Two",
            "kitchen/dialog-1/1 begins at 1",
            "kitchen/dialog-1/1 is whole, 4 bytes");
    assertThat(store.get("kitchen/dialog-1/0").bytes()).asString(ISO_8859_1).isEqualTo("mp3");
    assertThat(store.get("kitchen/dialog-1/1").bytes()).asString(ISO_8859_1).isEqualTo("wave");
  }

  @Test
  void anAttachmentThatBreaksOffIsSaidToHaveDone() {
    assertThatThrownBy(
            () -> read(breakingOffAfter(SOUND + "mp3"), store, MultipartReader.Limits.DEFAULT))
        .isInstanceOf(EOFException.class);
    assertThat(told.heard())
        .containsExactly("kitchen/dialog-1/0 begins at 0", "kitchen/dialog-1/0 broke off, 3 bytes");
  }

  @Test
  void anAttachmentWithoutBytesHasNoPlace() throws Exception {
    read(SOUND + "\r\n--b--\r\n", store);
    assertThat(told.heard()).containsExactly("kitchen/dialog-1/0 is whole, 0 bytes");
  }

  @Test
  void whatIsNoDirectiveIsIgnoredAndTheNextIsTold() throws Exception {
    read(
        "--b\r\nContent-Type: application/json\r\n\r\n{\"a\":\r\n" + directive("Two") + "--b--\r\n",
        store);
    assertThat(told.heard()).hasSize(2).last().isEqualTo("Clova.Two");
    assertThat(told.heard().getFirst()).startsWith("ignored: ");
  }

  @ParameterizedTest
  @MethodSource(BadNumbers.ALL)
  void aNumberThatNoParserLikesCostsItsDirectiveAndNoOther(String number) throws Exception {
    String bad = BarePeer.directive("Bad", "{\"volume\":" + number + "}");
    read(directive("One") + bad + directive("Two") + SOUND + "mp3\r\n--b--\r\n", store);
    assertThat(told.heard()).hasSize(5).startsWith("Clova.One").element(2).isEqualTo("Clova.Two");
    assertThat(told.heard().get(1)).startsWith("ignored: ").contains("number").hasSizeLessThan(200);
    assertThat(told.heard()).last().isEqualTo("kitchen/dialog-1/0 is whole, 3 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1E-999999999", "1E+999999999", "1.5E+2147483648", "1E-2147483647"})
  void aNumberThatIsOnlyLargeOrSmallPassesThrough(String number) throws Exception {
    String payload = "{\"volume\":" + number + "}";
    read(BarePeer.directive("One", payload) + directive("Two") + "--b--\r\n", store);
    assertThat(told.heard()).containsExactly("Clova.One", "Clova.Two");
    assertThat(told.directives().getFirst().json()).asString(UTF_8).contains(payload);
  }

  @Test
  void moreThanABodyMayHoldIsMalformed() {
    assertThatThrownBy(() ->
            read(
                ResponseBody.create(SOUND + "mp3\r\n--b--\r\n", MULTIPART),
                store,
                new MultipartReader.Limits(1, 1_024, 1_024, 2)))
        .isInstanceOf(MalformedException.class);
    assertThat(told.heard()).last().asString().contains("broke off");
  }

  @Test
  void aStoreThatTakesNothingIsSaidToBeWhy() {
    Full full = new Full();
    assertThatThrownBy(() -> read(SOUND + "mp3\r\n--b--\r\n", (device, key) -> full))
        .isSameAs(full.cause);
    assertThat(told.heard()).isEmpty();
  }

  @Test
  void aStoreThatFailsAtTheEndOfABrokenStreamIsNotWhy() {
    Full full = new Full();
    full.takes = true;
    assertThatThrownBy(() ->
            read(
                breakingOffAfter(SOUND + "mp3"),
                (device, key) -> full,
                MultipartReader.Limits.DEFAULT))
        .isInstanceOf(EOFException.class);
  }

  /** Ends badly, and takes nothing unless it says so. */
  private static final class Full implements AttachmentStore.Attachment {
    private final IOException cause =
        new AttachmentStore.NotStoredException(new IllegalStateException("disk full"));
    private boolean takes;

    @Override
    public String name() {
      return "full";
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (!takes) {
        throw cause;
      }
    }

    @Override
    public boolean hasPiece() {
      return false;
    }

    @Override
    public long firstOffset() {
      return 0;
    }

    @Override
    public void end(boolean whole) throws IOException {
      throw cause;
    }

    @Override
    public long length() {
      return 0;
    }

    @Override
    public String sha256() {
      return "";
    }
  }
}
