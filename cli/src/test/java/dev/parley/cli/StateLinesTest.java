package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.turnlog.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateLinesTest {
  private static final Optional<Trouble> AWAY = Optional.of(new Trouble.Waiting("Kafka is away"));

  private final StateLines lines = new StateLines();
  private final List<String> said = new ArrayList<>();
  private long millis;

  /** Looks four times a second, as the runner does. */
  private List<String> during(Duration time, Optional<Trouble> trouble) {
    said.clear();
    for (long end = millis + time.toMillis(); millis < end; millis += 250) {
      lines
          .look(trouble, Duration.ofMillis(millis).toNanos())
          .ifPresent(line -> said.add(line.text()));
    }
    return said;
  }

  @Test
  void aPartThatStartsAtOnceSaysThatItIsReadyAndNoMore() {
    assertThat(during(Duration.ofMillis(500), AWAY)).isEmpty();
    assertThat(during(Duration.ofHours(1), Optional.empty())).containsExactly("ready");
  }

  @Test
  void whileItStartsItSaysEveryTenSecondsWhatItWaitsFor() {
    assertThat(during(Duration.ofSeconds(30), AWAY))
        .containsExactly(
            "not ready: Kafka is away",
            "not ready for 11 s: Kafka is away",
            "not ready for 21 s: Kafka is away");
    assertThat(during(Duration.ofSeconds(5), Optional.empty())).containsExactly("ready after 30 s");
  }

  @Test
  void laterItSaysSoJustAsOften() {
    during(Duration.ofSeconds(5), Optional.empty());
    assertThat(during(Duration.ofSeconds(30), AWAY))
        .containsExactly(
            "not ready: Kafka is away",
            "not ready for 11 s: Kafka is away",
            "not ready for 21 s: Kafka is away");
    assertThat(during(Duration.ofSeconds(5), Optional.empty())).containsExactly("ready after 30 s");
  }

  @Test
  void anotherReasonIsToldAtOnceButOnlyOnce() {
    during(Duration.ofSeconds(5), AWAY);
    Optional<Trouble> lacks = Optional.of(new Trouble.Waiting("no topics"));
    assertThat(during(Duration.ofSeconds(2), lacks))
        .containsExactly("not ready for 5 s: no topics");
    assertThat(during(Duration.ofSeconds(2), AWAY)).isEmpty();
    assertThat(during(Duration.ofSeconds(2), lacks)).isEmpty();
  }

  @Test
  void aWaitThatIsSoonOverIsNotTold() {
    during(Duration.ofSeconds(5), Optional.empty());
    assertThat(during(Duration.ofMillis(750), AWAY)).isEmpty();
    assertThat(during(Duration.ofSeconds(5), Optional.empty())).isEmpty();
  }

  @Test
  void aDeadPartIsSaidToBeSo() {
    during(Duration.ofSeconds(5), Optional.empty());
    assertThat(
            during(Duration.ofSeconds(2), Optional.of(new Trouble.Dead("the poll thread ended"))))
        .containsExactly("not live: the poll thread ended");
  }
}
