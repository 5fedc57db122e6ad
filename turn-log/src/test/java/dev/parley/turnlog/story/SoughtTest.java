package dev.parley.turnlog.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SoughtTest {
  @Test
  void theThreeWaysToNameTurnsAreRead() {
    assertThat(Sought.parse("kitchen/d"))
        .isEqualTo(new Sought(Optional.of("kitchen"), "d", Optional.empty()));
    assertThat(Sought.parse("kitchen/d/m"))
        .isEqualTo(new Sought(Optional.of("kitchen"), "d", Optional.of("m")));
    assertThat(Sought.parse(" d ")).isEqualTo(new Sought(Optional.empty(), "d", Optional.empty()));
    assertThat(Sought.parse("kitchen/d/m")).hasToString("kitchen/d/m");
  }

  @Test
  void aWrongIdIsToldByItsPartAndByWhatIsWrongWithIt() {
    refuses("kitchen/a b", "the dialog's id has \" \" at place 2");
    refuses("kit\u0007chen/d", "the device's id has a character that no id has, at place 4");
    refuses("kitchen/d/", "the message's id is empty");
    refuses("kitchen/..", "the dialog's id is \"..\"");
    refuses("x".repeat(65), "has 65 characters");
    refuses("a/b/c/d", "it has 4 parts");
  }

  private static void refuses(String text, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sought.parse(text))
        .withMessageContaining(why);
  }
}
