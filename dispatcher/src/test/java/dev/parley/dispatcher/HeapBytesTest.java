package dev.parley.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.flow.Input;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import org.junit.jupiter.api.Test;

final class HeapBytesTest {
  private static Directive directive(String payload) throws Exception {
    return Directive.parse(
        """
        {"directive":{"header":{"namespace":"Clova","name":"RenderText"},"payload":%s}}
        """
            .formatted(payload)
            .getBytes(UTF_8));
  }

  @Test
  void aDirectiveTakesWhatItsTextsAndItsNodesTake() throws Exception {
    int empty = HeapBytes.of(new Input.Pushed("kitchen", directive("{}")));
    assertThat(empty).isPositive();
    String text = "\"" + "a".repeat(10_000) + "\"";
    Input.Pushed one = new Input.Pushed("kitchen", directive("{\"text\":" + text + "}"));
    assertThat(HeapBytes.of(one)).isBetween(20_000, 21_000);
    String many = "{\"texts\":[" + "1,".repeat(999) + "1]}";
    TurnId turn = new TurnId("kitchen", "dialog", "message");
    Input.Answered other = new Input.Answered(turn, new Attempt(1, 1), directive(many));
    assertThat(HeapBytes.of(other)).isGreaterThan(1_000 * 16);
    assertThat(HeapBytes.of(new Input.Tick())).isZero();
  }
}
