package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {
  private final KafkaSettings settings =
      new KafkaSettings("localhost:9092", Map.of("client.rack", "here"));

  @Test
  void whatIsAcknowledgedIsSafeAndInOrder() {
    assertThat(settings.ofProducer("p", 1, Map.of("delivery.timeout.ms", 7)))
        .containsEntry("delivery.timeout.ms", 7);
    assertThat(settings.ofProducer("p", 1, Map.of("buffer.memory", 5L)))
        .containsEntry("delivery.timeout.ms", 10_000)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("linger.ms", 1)
        .containsEntry("buffer.memory", 5L)
        .containsEntry("client.rack", "here");
  }

  @Test
  void nothingIsCommittedByItselfAndAMemberThatStandsStillIsMissed() {
    assertThat(settings.ofGroupConsumer("g", "c", Map.of("fetch.max.bytes", 5)))
        .containsEntry("enable.auto.commit", false)
        .containsEntry("group.id", "g")
        .containsEntry("session.timeout.ms", 6_000)
        .containsEntry("max.poll.interval.ms", 15_000)
        .containsEntry("fetch.max.bytes", 5);
  }

  @Test
  void theNewerGroupProtocolGetsNoneOfTheSettingsThatItRefuses() {
    assertThat(
            new KafkaSettings("localhost:9092", Map.of("group.protocol", "consumer"))
                .ofGroupConsumer("g", "c", Map.of()))
        .doesNotContainKeys(
            "session.timeout.ms", "heartbeat.interval.ms", "partition.assignment.strategy");
  }
}
