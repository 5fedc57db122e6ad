package dev.parley.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.record.LedgerRecord.TurnClosed;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.turnlog.Topics;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A Kafka that Parley reaches by TLS alone, with a certificate of its own CA, and by a password.
 */
@NeedsEngine
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class SecuredKafkaTest {
  private static final String CERTIFICATE = "/etc/kafka/broker.pem";
  private static final String TRUSTED = "PARLEY_KAFKA_SSL_TRUSTSTORE_CERTIFICATES";
  private static final String PASSWORD = "PARLEY_KAFKA_SASL_JAAS_CONFIG";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required";

  private static final X509Bundle CA = ca("CN=Kafka's CA");

  private static Stage stage;

  @BeforeAll
  static void open() throws Exception {
    X509Bundle broker =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=Kafka")
            .addSanDnsName("kafka")
            .addExtendedKeyUsageServerAuth()
            .buildIssuedBy(CA);
    stage =
        new Stage(
            new SecuredKafka(broker.getPrivateKeyPEM() + broker.getCertificatePathPEM()),
            Map.of(
                "PARLEY_KAFKA_SECURITY_PROTOCOL",
                "SASL_SSL",
                "PARLEY_KAFKA_SSL_TRUSTSTORE_TYPE",
                "PEM",
                TRUSTED,
                CA.getCertificatePEM(),
                "PARLEY_KAFKA_SASL_MECHANISM",
                "PLAIN",
                PASSWORD,
                login("right")));
  }

  @AfterAll
  static void close() {
    if (stage != null) {
      stage.close();
    }
  }

  private static X509Bundle ca(String name) {
    try {
      return new CertificateBuilder()
          .ecp256()
          .subject(name)
          .setIsCertificateAuthority(true)
          .buildSelfSigned();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String login(String password) {
    return LOGIN + " username=\"parley\" password=\"" + password + "\";";
  }

  /** Has TLS and SASL where containers reach it, nothing where the test looks into it. */
  private static final class SecuredKafka extends KafkaContainer {
    SecuredKafka(String certificateAndKey) {
      super(Images.KAFKA.image().asCompatibleSubstituteFor("apache/kafka"));
      var _ =
          withListener("kafka:19092")
              .withCopyToContainer(Transferable.of(certificateAndKey, 0644), CERTIFICATE)
              .withEnv("KAFKA_SSL_KEYSTORE_TYPE", "PEM")
              .withEnv("KAFKA_SSL_KEYSTORE_LOCATION", CERTIFICATE)
              .withEnv("KAFKA_SASL_ENABLED_MECHANISMS", "PLAIN")
              .withEnv(
                  "KAFKA_LISTENER_NAME_TC___0_PLAIN_SASL_JAAS_CONFIG",
                  LOGIN + " user_parley=\"right\";");
    }

    @Override
    protected void configure() {
      super.configure();
      String protocols = "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP";
      getEnvMap()
          .computeIfPresent(
              protocols, (name, map) -> map.replace("TC-0:PLAINTEXT", "TC-0:SASL_SSL"));
    }
  }

  @Test
  void speechMakesTheWholeWay() throws Exception {
    var _ = stage.dispatcher("dispatcher");
    var _ = stage.router();

    Heard heard = Heard.of(stage.speak("device-0"));

    assertThat(heard.directives()).contains("SpeechSynthesizer.Speak");
    assertThat(stage.ledger(Topics.DEFAULT, TurnClosed.class))
        .extracting(TurnClosed::status)
        .containsExactly(TurnStatus.OK);
  }

  @Test
  void aWrongPasswordIsSaid() {
    Stage.Ended topics = stage.run(stage.part("topics").withEnv(PASSWORD, login("wrong-one")));

    assertThat(topics.status()).isNotZero();
    assertThat(topics.err()).containsIgnoringCase("authentication").doesNotContain("wrong-one");
  }

  @Test
  void aCertificateOfAnotherCaIsRefused() {
    Stage.Ended topics =
        stage.run(
            stage.part("topics").withEnv(TRUSTED, ca("CN=Somebody else's CA").getCertificatePEM()));

    assertThat(topics.status()).isNotZero();
    assertThat(topics.err()).containsIgnoringCase("handshake");
  }
}
