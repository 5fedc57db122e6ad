package dev.parley.protocol.multipart;

import dev.parley.protocol.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads the headers of one part, of which only Content-Type and Content-ID mean anything (C35,
 * C36). Names in any case (C46); of a name given twice the first counts. A line without a colon, or
 * one that continues another, is passed over.
 */
final class PartHeaders {
  /** The longest Content-Type and the longest Content-ID, in characters. */
  static final int MAX_VALUE = 256;

  private final int maxBytes;
  private byte[] line = new byte[128];
  private int lineLength;
  private int total;
  private boolean complete;
  private String contentType = "";
  private String contentId = "";
  private String problem = "";

  PartHeaders(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Whether any byte has come. */
  boolean begun() {
    return total > 0;
  }

  /** Whether the empty line after the headers has passed. */
  boolean complete() {
    return complete;
  }

  /** As it stands there, without blanks round it; empty when there is none. */
  String contentType() {
    return contentType;
  }

  /** Without quotes and angle brackets; empty when there is none. */
  String contentId() {
    return contentId;
  }

  /** What makes the part unusable; empty when nothing does. */
  String problem() {
    return problem;
  }

  /** Whether the body is a JSON message. */
  boolean isJson() {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().equalsIgnoreCase("application/json");
  }

  /**
   * Takes bytes up to the end of the headers.
   *
   * @return the index after the last byte taken
   * @throws MalformedException when the headers are larger than allowed
   */
  int feed(byte[] bytes, int from, int to) throws MalformedException {
    int at = from;
    while (at < to && !complete) {
      byte b = bytes[at++];
      if (++total > maxBytes) {
        throw new MalformedException(
            "the headers of a part are larger than " + maxBytes + " bytes");
      }
      if (b == '\n') {
        endLine();
      } else {
        if (lineLength == line.length) {
          line = Arrays.copyOf(line, 2 * lineLength);
        }
        line[lineLength++] = b;
      }
    }
    return at;
  }

  /** The part ends here, with or without the empty line: what stands in the last line counts. */
  void end() {
    if (!complete) {
      endLine();
      complete = true;
    }
  }

  private void endLine() {
    int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
    lineLength = 0;
    if (length == 0) {
      complete = true;
      return;
    }
    String text = new String(line, 0, length, StandardCharsets.UTF_8);
    int colon = text.indexOf(':');
    if (colon <= 0 || text.charAt(0) == ' ' || text.charAt(0) == '\t') {
      return;
    }
    String value = text.substring(colon + 1).strip();
    switch (text.substring(0, colon).strip().toLowerCase(Locale.ROOT)) {
      case "content-type" -> {
        if (contentType.isEmpty()) {
          contentType = value;
          check("Content-Type", value, '~');
        }
      }
      case "content-id" -> {
        if (contentId.isEmpty()) {
          contentId = bare(value);
          check("Content-ID", contentId, Character.MAX_VALUE);
        }
      }
      default -> {}
    }
  }

  private void check(String name, String value, char highest) {
    if (value.length() > MAX_VALUE) {
      problem = "its " + name + " is longer than " + MAX_VALUE + " characters";
    } else if (!value.chars().allMatch(c -> c >= ' ' && c <= highest && c != 0x7F)) {
      problem = "its " + name + " holds a control character, or one that may not stand there";
    }
  }

  /** {@code <"X">}, {@code "<X>"}, {@code <X>} and {@code "X"} are all X. */
  private static String bare(String value) {
    String bare = value;
    while (bare.length() >= 2
        && ((bare.startsWith("<") && bare.endsWith(">"))
            || (bare.startsWith("\"") && bare.endsWith("\"")))) {
      bare = bare.substring(1, bare.length() - 1).strip();
    }
    return bare;
  }
}
