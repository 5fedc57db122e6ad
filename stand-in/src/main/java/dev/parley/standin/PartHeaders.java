package dev.parley.standin;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The headers of one part; names in lower case. */
record PartHeaders(Map<String, String> fields) {

  /**
   * @param block header lines, each ended by CRLF
   * @throws Refusal if a line is no header, or one comes twice
   */
  static PartHeaders parse(String block) {
    Map<String, String> fields = new HashMap<>();
    for (String line : block.split("\r\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon <= 0 || line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
        throw Refusal.badRequest(
            Row.C13, "a part has a line that is no header, or a line end that is not CRLF");
      }
      String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      if (fields.put(name, line.substring(colon + 1).strip()) != null) {
        throw Refusal.badRequest(Row.C13, "a part has the header " + name + " twice");
      }
    }
    return new PartHeaders(fields);
  }

  HeaderValue disposition() {
    return HeaderValue.parse(fields.getOrDefault("content-disposition", ""));
  }

  HeaderValue contentType() {
    return HeaderValue.parse(fields.getOrDefault("content-type", ""));
  }

  String name() {
    return disposition().parameter("name").orElse("");
  }
}
