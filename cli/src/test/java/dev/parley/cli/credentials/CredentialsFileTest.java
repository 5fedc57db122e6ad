package dev.parley.cli.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.cli.command.CommandException;
import dev.parley.dispatcher.cic.DeviceIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsFileTest {
  @TempDir Path folder;

  private Path file(String... lines) throws Exception {
    return Files.write(
        folder.resolve("credentials"),
        List.of(lines).stream().map(CredentialsFileTest::json).toList());
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void aDeviceHasItsTokenAndWhatElseIsSaid() throws Exception {
    CredentialsFile credentials =
        CredentialsFile.open(
            file(
                "{'device':'kitchen','token':'abc','userAgent':'Acme/Box/1.0.0 (Linux;Arm)',"
                    + "'tags':'a,b'}",
                "",
                "{'device':'hall','token':'def'}"));
    assertThat(credentials.of("kitchen"))
        .contains(new DeviceIdentity("abc", "Acme/Box/1.0.0 (Linux;Arm)", Optional.of("a,b")));
    assertThat(credentials.of("hall").orElseThrow().userAgent())
        .isEqualTo(DeviceIdentity.DEFAULT_USER_AGENT);
    assertThat(credentials.of("cellar")).isEmpty();
  }

  @Test
  void aLineThatIsWrongIsNamedAndNoTokenIsTold() throws Exception {
    Path twice = file("{'device':'a','token':'geheim'}", "{'device':'a','token':'geheim'}");
    assertThatThrownBy(() -> CredentialsFile.open(twice))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("line 2: device a stands there twice")
        .hasMessageNotContaining("geheim");
    Path agent = file("{'device':'a','token':'geheim','userAgent':'nobody'}");
    assertThatThrownBy(() -> CredentialsFile.open(agent))
        .hasMessageContaining("line 1: User-Agent")
        .hasMessageNotContaining("geheim");
    Path token = file("{'device':'a','token':'ge heim'}");
    assertThatThrownBy(() -> CredentialsFile.open(token))
        .hasMessageContaining("line 1: the token")
        .hasMessageNotContaining("ge heim");
  }

  @Test
  void aRefusedTokenIsLookedUpAgainAtOnce() throws Exception {
    Path file = file("{'device':'kitchen','token':'old'}");
    CredentialsFile credentials = CredentialsFile.open(file);
    assertThat(credentials.refreshed("kitchen", "old")).isEmpty();
    Files.writeString(file, json("{'device':'kitchen','token':'fresh'}"));
    // Looked at ten times a second at most, hence the wait; of() alone would take seconds.
    await("the fresh token").until(() -> credentials.refreshed("kitchen", "old").isPresent());
    assertThat(credentials.of("kitchen").orElseThrow().token()).isEqualTo("fresh");
    assertThat(credentials.refreshed("kitchen", "fresh")).isEmpty();
    assertThat(credentials.refreshed("cellar", "old")).isEmpty();
  }

  @Test
  void aFileThatHasBecomeUnreadableChangesNothing() throws Exception {
    Path file = file("{'device':'kitchen','token':'old'}");
    CredentialsFile credentials = CredentialsFile.open(file);
    Files.writeString(file, json("{'device':'kitchen','token':'fresh'"));
    assertThat(credentials.refreshed("kitchen", "old")).isEmpty();
    assertThat(credentials.of("kitchen").orElseThrow().token()).isEqualTo("old");
    Files.writeString(file, json("{'device':'kitchen','token':'whole again'}").replace(" ", "-"));
    await("the good file").until(() -> credentials.refreshed("kitchen", "old").isPresent());
    assertThat(credentials.of("kitchen").orElseThrow().token()).isEqualTo("whole-again");
  }

  @Test
  void aDeviceShowsItsTokenToTheRouter() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), "kitchen = abc\n");
    DeviceTokens authorizer = DeviceTokens.open(tokens);
    assertThat(authorizer.mayActAs("kitchen", Optional.of("Bearer abc"))).isTrue();
    assertThat(authorizer.mayActAs("kitchen", Optional.of("bearer abc"))).isTrue();
    assertThat(authorizer.mayActAs("kitchen", Optional.of("Bearer abd"))).isFalse();
    assertThat(authorizer.mayActAs("kitchen", Optional.of("Basic abc"))).isFalse();
    assertThat(authorizer.mayActAs("kitchen", Optional.empty())).isFalse();
    assertThat(authorizer.mayActAs("hall", Optional.of("Bearer abc"))).isFalse();
  }

  @Test
  void aDeviceWithoutATokenIsRefused() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), "kitchen =\n");
    assertThatThrownBy(() -> DeviceTokens.open(tokens))
        .hasMessageContaining("device kitchen has no token");
  }
}
