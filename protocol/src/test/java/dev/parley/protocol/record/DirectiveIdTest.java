package dev.parley.protocol.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Ids;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By which name a directive goes where names are bounded. */
class DirectiveIdTest {
  private static String of(String messageId) {
    return DirectiveId.of(
        ("{\"header\":{\"messageId\":" + messageId + "},\"payload\":{}}").getBytes(UTF_8));
  }

  @Test
  void anIdThatMayStandAnywhereIsTheNameItself() {
    assertThat(of("\"277b40c3-b046-4f61-a551-783b1547e7b7\""))
        .isEqualTo("277b40c3-b046-4f61-a551-783b1547e7b7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"urn:uuid:7\"", "7", "null", "{}", "\"..\"", "\"\"", "\"ä\\r\\n\""})
  void anyOtherHasADerivedOne(String messageId) {
    assertThat(of(messageId)).matches("x-[0-9a-f]{32}").isEqualTo(of(messageId));
    assertThat(Ids.isValid(of(messageId))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"payload\":{}}", "{\"header\":[]}", "no JSON", ""})
  void soHasADirectiveWithoutOne(String json) {
    assertThat(DirectiveId.of(json.getBytes(UTF_8))).matches("x-[0-9a-f]{32}");
  }

  @Test
  void differentIdsHaveDifferentNames() {
    Set<String> names = new HashSet<>();
    for (String id : List.of("\"7:\"", "\"7;\"", "7", "8", "\"" + "7".repeat(65) + "\"")) {
      assertThat(names.add(of(id))).as(id).isTrue();
    }
  }
}
