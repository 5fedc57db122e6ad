package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class StartExceptionTest {
  @Test
  void whatTheClientsFindWrongInTheirSettingsStaysWrong() {
    KafkaException refused =
        new KafkaException("Failed to construct", new ConfigException("linger.ms is no number"));
    StartException start = StartException.of(refused);
    assertThat(start.trouble())
        .isEqualTo(
            new Trouble.Dead("Kafka's clients refuse their settings: linger.ms is no number"));
    assertThat(start).hasMessage(start.trouble().why()).hasCause(refused);
    assertThat(StartException.of(new ConfigException("at the top")).trouble())
        .isInstanceOf(Trouble.Dead.class);
  }

  @Test
  void aLoginsSettingsAreSettingsAlsoWhenSomethingIsBehindThem() {
    KafkaException refused =
        new KafkaException(
            "Failed to construct",
            new IllegalArgumentException("no login module", new IllegalStateException("deeper")));
    assertThat(StartException.of(refused).trouble())
        .isEqualTo(new Trouble.Dead("Kafka's clients refuse their settings: no login module"));
  }

  @Test
  void aNameThatIsNotKnownMayBeKnownAgain() {
    StartException start =
        StartException.of(
            new KafkaException(
                "Failed to construct",
                new ConfigException("No resolvable bootstrap urls given in bootstrap.servers")));
    assertThat(start.trouble()).isInstanceOf(Trouble.Waiting.class);
  }

  @Test
  void whatElseKeepsThemFromStartingMayPass() {
    assertThat(
            StartException.of(new KafkaException("no", new IllegalStateException("why"))).trouble())
        .isEqualTo(new Trouble.Waiting("Kafka's clients do not start: why"));
  }
}
