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
    deaf.add("kitchen", "kitchen: refused", false);
    deaf.add("hall", "hall: hangs", false);
    deaf.add("hall", "hall: hangs", false);
    assertThat(deaf.news(SECOND)).contains(new News.Deaf(2, "hall: hangs"));
    assertThat(deaf.news(60 * SECOND)).isEmpty();
    deaf.remove("hall");
    assertThat(deaf.news(61 * SECOND)).contains(new News.Deaf(1, "hall: hangs"));
    deaf.remove("kitchen");
    assertThat(deaf.news(70 * SECOND)).contains(new News.Over(Duration.ofSeconds(69)));
    assertThat(deaf.news(71 * SECOND)).isEmpty();
  }

  @Test
  void thatMostAreSoForTenSecondsIsATrouble() {
    deaf.add("kitchen", "kitchen: refused", false);
    deaf.look(2, 0);
    deaf.look(2, 60 * SECOND);
    assertThat(deaf.trouble()).as("one of two").isEmpty();
    deaf.add("hall", "hall: hangs", false);
    deaf.look(3, 61 * SECOND);
    deaf.look(3, 71 * SECOND - 1);
    assertThat(deaf.trouble()).isEmpty();
    deaf.look(3, 71 * SECOND);
    assertThat(deaf.trouble())
        .contains("2 of 3 devices have had no downchannel for 10 s; the last, hall: hangs");
    deaf.remove("hall");
    deaf.look(3, 72 * SECOND);
    assertThat(deaf.trouble()).isEmpty();
    deaf.add("hall", "hall: hangs", false);
    deaf.look(3, 73 * SECOND);
    assertThat(deaf.trouble()).as("it begins anew").isEmpty();
  }

  @Test
  void whoShowsNothingOrWhatCicRefusesIsNoTroubleOfCics() {
    deaf.add("cellar", "cellar: no credentials", true);
    deaf.add("attic", "attic: no credentials", true);
    deaf.look(3, 0);
    deaf.look(3, 60 * SECOND);
    assertThat(deaf.trouble()).as("of one device that is well").isEmpty();
    deaf.add("hall", "hall: hangs", false);
    deaf.add("cellar", "cellar: no credentials", true);
    deaf.look(3, 60 * SECOND);
    deaf.look(3, 70 * SECOND);
    assertThat(deaf.trouble())
        .contains("1 of 1 devices have had no downchannel for 10 s; the last, hall: hangs");
    deaf.add("attic", "attic: hangs", false);
    deaf.remove("hall");
    deaf.remove("cellar");
    deaf.look(3, 71 * SECOND);
    assertThat(deaf.trouble()).as("one of three").isEmpty();
  }

  @Test
  void whereThereAreNoDevicesThereIsNoTrouble() {
    deaf.look(0, 0);
    deaf.look(0, 60 * SECOND);
    assertThat(deaf.trouble()).isEmpty();
  }

  @Test
  void whatIsOverBeforeAnybodyLookedIsNotSaid() {
    deaf.add("kitchen", "kitchen: refused", false);
    deaf.remove("kitchen");
    assertThat(deaf.news(SECOND)).isEmpty();
  }

  @Test
  void itsSecondBeginningIsSaidToo() {
    deaf.add("kitchen", "kitchen: refused", false);
    assertThat(deaf.news(SECOND)).isPresent();
    deaf.remove("kitchen");
    assertThat(deaf.news(2 * SECOND)).isPresent();
    deaf.add("kitchen", "kitchen: refused", false);
    assertThat(deaf.news(3 * SECOND)).contains(new News.Deaf(1, "kitchen: refused"));
  }
}
