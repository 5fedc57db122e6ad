package dev.parley.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {
  private static List<ServerSentEvents.Event> read(String... lines) {
    ServerSentEvents events = new ServerSentEvents();
    List<ServerSentEvents.Event> read = new ArrayList<>();
    for (String line : lines) {
      events.line(line).ifPresent(read::add);
    }
    return read;
  }

  @Test
  void anEventHasNameIdAndData() {
    assertThat(read("event: directive", "id: 7", "data: {}", ""))
        .containsExactly(new ServerSentEvents.Event("directive", "7", "{}"));
  }

  @Test
  void theSpaceAfterTheColonIsOptional() {
    assertThat(read("event:x", "data:a", ""))
        .containsExactly(new ServerSentEvents.Event("x", "", "a"));
  }

  @Test
  void dataLinesAreJoined() {
    assertThat(read("data: a", "data", "data:  b", ""))
        .containsExactly(new ServerSentEvents.Event("message", "", "a\n\n b"));
  }

  @Test
  void commentsAndForeignFieldsAreNothing() {
    assertThat(read(": connected", "", ":", "", "retry: 3", "")).isEmpty();
  }

  @Test
  void anIdIsOfItsOwnEventOnly() {
    assertThat(read("id: 7", "data: a", "", "data: b", ""))
        .extracting(ServerSentEvents.Event::id)
        .containsExactly("7", "");
  }

  @Test
  void anEventThatIsNotCompletedIsNone() {
    assertThat(read("event: directive", "data: {}")).isEmpty();
  }
}
