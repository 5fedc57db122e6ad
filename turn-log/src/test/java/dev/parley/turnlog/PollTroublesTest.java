package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class PollTroublesTest {
  private final PollTroubles troubles = new PollTroubles("parley.speech");

  @Test
  void aKafkaThatRefusesThisProcessIsSaidTo() {
    troubles.met(new SaslAuthenticationException("wrong password"));
    assertThat(troubles.last())
        .contains("Kafka refuses parley.speech to this process: wrong password");
    troubles.met(new TopicAuthorizationException("no rights"));
    assertThat(troubles.last()).contains("Kafka refuses parley.speech to this process: no rights");
  }

  @Test
  void whatElsePollsFailWithIsSaidUntilOneGoesWell() {
    assertThat(troubles.last()).isEmpty();
    troubles.met(new KafkaException("a record is too large"));
    troubles.met(new KafkaException("it still is"));
    assertThat(troubles.last()).contains("parley.speech cannot be read: it still is");
    troubles.passed();
    assertThat(troubles.last()).isEmpty();
  }
}
