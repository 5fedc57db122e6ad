package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.multipart.MultipartReader;
import dev.parley.protocol.record.Ending.Known;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;

class FaultTest {
  private final IOException diskFull =
      new AttachmentStore.NotStoredException(new IllegalStateException("disk full"));

  @Test
  void aFaultIsWhoseItIs() {
    assertThat(Fault.of(new ConnectException("refused")).ending()).isEqualTo(Known.CIC_UNREACHABLE);
    assertThat(Fault.of(new SocketTimeoutException("read")).ending()).isEqualTo(Known.CIC_TIMEOUT);
    assertThat(Fault.of(new IOException("broken pipe")).ending()).isEqualTo(Known.CONNECTION_LOST);
  }

  @Test
  void aStoreThatFailsIsNotTheConnectionsFaultAndCicIsNotAskedAgain() {
    assertThat(Fault.of(diskFull).ending()).isEqualTo(Known.NOT_STORED);
    assertThat(Fault.of(diskFull).detail()).contains("disk full");
    assertThat(Fault.of(diskFull).mayHeal()).isFalse();
  }

  @Test
  void whoReadsAStreamTellsThatTheStoreHasFailed() {
    AttachmentStore full = (device, key) -> new Full();
    String body =
        "--b\r\nContent-Type: application/octet-stream\r\nContent-ID: <sound>\r\n\r\nmp3\r\n--b--\r\n";
    StreamReader reader = new StreamReader("kitchen", "dialog-1", full, new FirstDirective());
    assertThatThrownBy(() ->
            reader.readAll(
                ResponseBody.create(body, MediaType.get("multipart/related")),
                "b",
                MultipartReader.Limits.DEFAULT))
        .isSameAs(diskFull);
  }

  private final class Full implements AttachmentStore.Attachment {
    @Override
    public String name() {
      return "full";
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      throw diskFull;
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
      throw diskFull;
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
