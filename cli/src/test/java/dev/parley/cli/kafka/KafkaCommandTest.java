package dev.parley.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.turnlog.Topics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A command that people are told to run asks the Kafka that was asked. */
class KafkaCommandTest {
  @Test
  void whereAllIsAsUsualItSaysNothingOfIt() {
    KafkaConnection kafka = new KafkaConnection(List.of("127.0.0.1:9092"), Map.of());
    assertThat(kafka.command("turn kitchen/d", Topics.DEFAULT))
        .isEqualTo("./parley turn kitchen/d");
  }

  @Test
  void elsewhereItSaysWhere() {
    KafkaConnection kafka = new KafkaConnection(List.of("a:1", "b:2"), Map.of());
    assertThat(kafka.command("topics", new Topics("x")))
        .isEqualTo("./parley topics --bootstrap a:1,b:2 --topic-prefix x");
  }
}
