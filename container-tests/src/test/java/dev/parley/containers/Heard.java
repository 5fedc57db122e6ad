package dev.parley.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a device has heard, as {@code speak --json} tells it.
 *
 * @param directives full names, in order
 * @param echoes the attachments that came
 */
record Heard(List<String> directives, List<Echo> echoes) {
  /** An attachment. */
  record Echo(long length, String sha256) {}

  /** Of a turn that has closed well. */
  static Heard of(Stage.Ended speak) {
    assertThat(speak.status()).as("%s", speak).isZero();
    List<JsonNode> lines = speak.out().lines().map(JsonMapper.shared()::readTree).toList();
    assertThat(lines.getLast().path("kind").stringValue()).isEqualTo("turn-closed");
    assertThat(lines.getLast().path("status").stringValue()).isEqualTo("ok");
    return new Heard(
        lines.stream()
            .map(line -> line.path("directive").path("header"))
            .filter(JsonNode::isObject)
            .map(header ->
                header.path("namespace").stringValue() + "." + header.path("name").stringValue())
            .toList(),
        lines.stream()
            .filter(line -> line.path("kind").stringValue().equals("attachment"))
            .map(line ->
                new Echo(line.path("length").longValue(), line.path("sha256").stringValue()))
            .toList());
  }
}
