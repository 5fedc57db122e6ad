package dev.parley.turnlog;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the addresses of the settings one after the other until one answers as Kafka must, before
 * any client is made: what is wrong there is told from what is heard, and whether TLS is spoken as
 * the settings say. Any thread; blocks.
 */
final class KafkaGreeting {
  private final KafkaSettings kafka;
  private final String protocol;
  private final boolean isTls;

  KafkaGreeting(KafkaSettings kafka) {
    this.kafka = kafka;
    this.protocol =
        String.valueOf(
            kafka
                .overrides()
                .getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT"));
    this.isTls = protocol.endsWith("SSL");
  }

  /**
   * Makes sure that somebody answers.
   *
   * @param within how long all of it may take
   * @throws StartException when nobody does, saying why; its cause is a {@link ConnectException} or
   *     an {@link UnknownHostException} when nobody is there at all
   */
  void greet(Duration within) throws StartException {
    List<KafkaAddress> addresses = addresses();
    StartException last = null;
    for (KafkaAddress address : addresses) {
      KafkaAddress.Answer answer = address.ask(within.dividedBy(addresses.size()));
      String wrong = wrong(address, answer, within);
      if (wrong.isEmpty()) {
        return;
      }
      last = StartException.waiting(wrong, cause(answer));
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    if (last != null) {
      throw last;
    }
  }

  private List<KafkaAddress> addresses() throws StartException {
    try {
      kafka.check();
      return KafkaAddress.all(kafka.bootstrap());
    } catch (KafkaException e) {
      throw StartException.of(e);
    } catch (IllegalArgumentException e) {
      throw new StartException(new Trouble.Dead("Kafka's address is " + e.getMessage()), e);
    }
  }

  /** As Java has it, for whoever wants to tell what can be done. */
  private static @Nullable Throwable cause(KafkaAddress.Answer answer) {
    return switch (answer) {
      case REFUSES -> new ConnectException();
      case NO_SUCH_HOST -> new UnknownHostException();
      case KAFKA, TLS, FOREIGN, CLOSES, SILENCE -> null;
    };
  }

  private String wrong(KafkaAddress address, KafkaAddress.Answer answer, Duration within) {
    String where = kafka.where();
    return switch (answer) {
      case KAFKA ->
          isTls
              ? where
                  + " speaks without TLS, and kafka.security.protocol is "
                  + protocol
                  + ": set it to PLAINTEXT or SASL_PLAINTEXT"
              : "";
      case TLS ->
          isTls
              ? ""
              : "what listens at "
                  + address
                  + " speaks TLS, and kafka.security.protocol is "
                  + protocol
                  + ": set it to SSL or SASL_SSL";
      // A server with TLS may also be silent to who does not begin with a handshake.
      case CLOSES -> isTls ? "" : where + " takes connections and closes them without an answer";
      case SILENCE -> isTls ? "" : kafka.silent(within);
      case FOREIGN -> "what listens at " + address + " answers, but it is not Kafka";
      case REFUSES -> where + " does not answer (connection refused)";
      case NO_SUCH_HOST -> where + " does not answer (no such host: " + address.host() + ")";
    };
  }
}
