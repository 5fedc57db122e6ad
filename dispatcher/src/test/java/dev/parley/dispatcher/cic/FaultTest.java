package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.record.Ending.Known;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
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
}
