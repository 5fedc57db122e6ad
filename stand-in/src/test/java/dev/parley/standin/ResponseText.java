package dev.parley.standin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes a whole multipart response apart, by plain search. */
final class ResponseText {
  private ResponseText() {}

  static int count(String text, String part) {
    int count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
      count++;
    }
    return count;
  }

  /** The parts, headers and body, without the lines between. */
  static List<String> parts(TestClient.Stream response) {
    String delimiter = "\r\n--" + response.contentType().replaceFirst(".*boundary=", "");
    String text = "\r\n" + response.text();
    List<String> parts = new ArrayList<>();
    int at = text.indexOf(delimiter);
    while (at >= 0) {
      int next = text.indexOf(delimiter, at + 1);
      if (next >= 0) {
        parts.add(text.substring(at + delimiter.length() + 2, next));
      }
      at = next;
    }
    return parts;
  }

  static boolean hasFinalBoundary(TestClient.Stream response) {
    return response
        .text()
        .endsWith("\r\n--" + response.contentType().replaceFirst(".*boundary=", "") + "--\r\n");
  }

  /** The body of the part whose Content-ID is so. */
  static byte[] attachment(TestClient.Stream response, String contentId) {
    for (String part : parts(response)) {
      if (part.startsWith("Content-ID: <" + contentId + ">")) {
        return part.substring(part.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1);
      }
    }
    throw new AssertionError("no attachment " + contentId);
  }

  /** What stands in a JSON string field, the first time it comes. */
  static String field(String json, String name) {
    String before = "\"" + name + "\":\"";
    int at = json.indexOf(before);
    if (at < 0) {
      throw new AssertionError("no " + name + " in " + json);
    }
    return json.substring(at + before.length(), json.indexOf('"', at + before.length()));
  }
}
