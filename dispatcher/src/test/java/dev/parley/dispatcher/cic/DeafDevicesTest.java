package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.cic.DeafDevices.News;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DeafDevicesTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final DeafDevices<String> deaf = new DeafDevices<>();

  @Test
  void itIsSaidWhenItBeginsEachMinuteAndWhenItEnds() {
    assertThat(deaf.news(0)).isEmpty();
    deaf.add("kitchen", "kitchen: refused");
    deaf.add("hall", "hall: hangs");
    deaf.add("hall", "hall: hangs");
    assertThat(deaf.news(SECOND)).contains(new News.Deaf(2, "hall: hangs"));
    assertThat(deaf.news(60 * SECOND)).isEmpty();
    deaf.remove("hall");
    assertThat(deaf.news(61 * SECOND)).contains(new News.Deaf(1, "hall: hangs"));
    deaf.remove("kitchen");
    assertThat(deaf.news(70 * SECOND)).contains(new News.Over(Duration.ofSeconds(69)));
    assertThat(deaf.news(71 * SECOND)).isEmpty();
  }

  @Test
  void whatIsOverBeforeAnybodyLookedIsNotSaid() {
    deaf.add("kitchen", "kitchen: refused");
    deaf.remove("kitchen");
    assertThat(deaf.news(SECOND)).isEmpty();
  }

  @Test
  void itsSecondBeginningIsSaidToo() {
    deaf.add("kitchen", "kitchen: refused");
    assertThat(deaf.news(SECOND)).isPresent();
    deaf.remove("kitchen");
    assertThat(deaf.news(2 * SECOND)).isPresent();
    deaf.add("kitchen", "kitchen: refused");
    assertThat(deaf.news(3 * SECOND)).contains(new News.Deaf(1, "kitchen: refused"));
  }
}
