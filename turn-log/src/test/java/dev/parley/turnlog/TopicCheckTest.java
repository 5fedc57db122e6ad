package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicCheckTest {
  private static final Duration SOON = Duration.ofSeconds(2);

  private static StartException refusal(String bootstrap, Map<String, Object> overrides) {
    try (TopicCheck check =
        new TopicCheck(new KafkaSettings(bootstrap, overrides), Topics.DEFAULT, "test")) {
      return catchThrowableOfType(StartException.class, () -> check.partitions(SOON));
    }
  }

  @Test
  void silenceIsSaidToBeSilenceAndNoMore() throws IOException {
    try (Listener silent = Listener.thatIsSilent()) {
      assertThat(refusal(silent.address(), Map.of()).trouble())
          .isEqualTo(
              new Trouble.Waiting(
                  "Kafka at " + silent.address() + " gave no answer in time (2 s)"));
    }
  }

  @Test
  void aBrokerThatGreetsAndThenSaysNothingGaveNoAnswerInTime() throws IOException {
    try (Listener slow = Listener.thatGreetsAsKafka()) {
      assertThat(refusal(slow.address(), Map.of()).trouble())
          .isEqualTo(
              new Trouble.Waiting("Kafka at " + slow.address() + " gave no answer in time (2 s)"));
    }
  }

  @Test
  void whereNobodyIsThatIsTheCause() throws IOException {
    Listener gone = Listener.thatIsSilent();
    gone.close();
    StartException refused = refusal(gone.address(), Map.of());
    assertThat(refused)
        .hasMessage("Kafka at " + gone.address() + " does not answer (connection refused)")
        .hasCauseInstanceOf(ConnectException.class);
    assertThat(refused.trouble()).isInstanceOf(Trouble.Waiting.class);
    StartException unknown = refusal("kafka.invalid:9092", Map.of());
    assertThat(unknown)
        .hasMessage("Kafka at kafka.invalid:9092 does not answer (no such host: kafka.invalid)")
        .hasCauseInstanceOf(UnknownHostException.class);
    assertThat(unknown.trouble()).isInstanceOf(Trouble.Waiting.class);
  }

  @Test
  void aWrongProtocolIsToldOnlyWhereItIsKnown() throws IOException {
    try (Listener tls = Listener.thatSays((byte) 0x15, (byte) 3, (byte) 3, (byte) 0, (byte) 2)) {
      assertThat(refusal(tls.address(), Map.of()))
          .hasMessageContaining("speaks TLS, and kafka.security.protocol is PLAINTEXT")
          .hasMessageContaining("set it to SSL or SASL_SSL");
    }
    try (Listener plain = Listener.thatGreetsAsKafka()) {
      assertThat(refusal(plain.address(), Map.of("security.protocol", "SASL_SSL")))
          .hasMessageContaining("speaks without TLS, and kafka.security.protocol is SASL_SSL");
    }
    byte[] http = "HTTP/1.1 400\r\n".getBytes(StandardCharsets.US_ASCII);
    try (Listener web = Listener.thatSays(http)) {
      assertThat(refusal(web.address(), Map.of())).hasMessageContaining("it is not Kafka");
    }
  }

  @Test
  void oneAddressThatAnswersIsEnough() throws IOException {
    Listener gone = Listener.thatIsSilent();
    gone.close();
    try (Listener slow = Listener.thatGreetsAsKafka()) {
      assertThat(refusal(gone.address() + "," + slow.address(), Map.of()))
          .hasMessageContaining("gave no answer in time");
    }
  }

  @Test
  void whatTheClientsRefuseInTheirSettingsNoWaitingMends() {
    assertThat(refusal("kafka.invalid:9092", Map.of("security.protocol", "NONSENSE")).trouble())
        .isInstanceOfSatisfying(
            Trouble.Dead.class, dead -> assertThat(dead.why()).contains("security.protocol"));
    assertThat(refusal("kafka.invalid:9092", Map.of("linger.ms", "soon")).trouble())
        .isInstanceOfSatisfying(
            Trouble.Dead.class, dead -> assertThat(dead.why()).contains("linger.ms"));
    assertThat(refusal("kafka", Map.of()).trouble()).isInstanceOf(Trouble.Dead.class);
  }

  @Test
  void differentNumbersOfPartitionsAreToldWithWhatToDo() {
    assertThat(TopicCheck.differing(Map.of("p.speech", 6, "p.ledger", 3, "p.devices", 6)))
        .contains("p.devices has 6, p.ledger has 3, p.speech has 6")
        .contains("give p.ledger as many with \"kafka-topics --alter --partitions 6\"");
  }
}
