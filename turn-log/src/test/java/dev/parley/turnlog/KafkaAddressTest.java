package dev.parley.turnlog;

import static dev.parley.turnlog.KafkaAddress.Answer.CLOSES;
import static dev.parley.turnlog.KafkaAddress.Answer.FOREIGN;
import static dev.parley.turnlog.KafkaAddress.Answer.KAFKA;
import static dev.parley.turnlog.KafkaAddress.Answer.NO_SUCH_HOST;
import static dev.parley.turnlog.KafkaAddress.Answer.REFUSES;
import static dev.parley.turnlog.KafkaAddress.Answer.SILENCE;
import static dev.parley.turnlog.KafkaAddress.Answer.TLS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KafkaAddressTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private static KafkaAddress.Answer ask(Listener listener) {
    return new KafkaAddress("127.0.0.1", listener.port()).ask(LONG);
  }

  @Test
  void kafkaIsKnownByItsAnswerToTheSmallestRequest() throws IOException {
    try (Listener kafka = Listener.thatGreetsAsKafka()) {
      assertThat(ask(kafka)).isEqualTo(KAFKA);
    }
  }

  @Test
  void aServerThatWantsTlsIsKnownByItsAlert() throws IOException {
    try (Listener tls = Listener.thatSays((byte) 0x15, (byte) 3, (byte) 3, (byte) 0, (byte) 2)) {
      assertThat(ask(tls)).isEqualTo(TLS);
    }
  }

  @Test
  void whatAnswersOtherwiseIsNotKafka() throws IOException {
    byte[] http = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (Listener web = Listener.thatSays(http)) {
      assertThat(ask(web)).isEqualTo(FOREIGN);
    }
  }

  @Test
  void whoHangsUpHasSaidNothing() throws IOException {
    try (Listener door = Listener.that(Socket::close)) {
      assertThat(ask(door)).isEqualTo(CLOSES);
    }
  }

  @Test
  void whoTakesTheConnectionAndSaysNothingIsWaitedForThatLongAndNoLonger() throws IOException {
    try (Listener silent = Listener.thatIsSilent()) {
      long began = System.nanoTime();
      assertThat(new KafkaAddress("127.0.0.1", silent.port()).ask(Duration.ofMillis(300)))
          .isEqualTo(SILENCE);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofMillis(250), LONG);
    }
  }

  @Test
  void aPortThatNobodyListensAtRefuses() throws IOException {
    Listener gone = Listener.thatIsSilent();
    gone.close();
    assertThat(ask(gone)).isEqualTo(REFUSES);
  }

  @Test
  void aNameThatNobodyKnowsIsNoHost() {
    assertThat(new KafkaAddress("kafka.invalid", 9092).ask(LONG)).isEqualTo(NO_SUCH_HOST);
  }

  @Test
  void addressesAreReadFromTheBootstrapSetting() {
    assertThat(KafkaAddress.all("one:9092, [::1]:9093"))
        .containsExactly(new KafkaAddress("one", 9092), new KafkaAddress("::1", 9093));
    assertThatThrownBy(() -> KafkaAddress.all("one"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not HOST:PORT: \"one\"");
  }
}
