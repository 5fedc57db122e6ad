package dev.parley.protocol.multipart;

import dev.parley.protocol.MalformedException;
import java.util.ArrayList;
import java.util.List;

/** Reads the Content-Type of a multipart body (C46). */
final class ContentType {
  static final String BOUNDARY_RULE =
      "a boundary is 1 to 70 printable ASCII characters and does not end with a blank";

  private static final String MULTIPART = "multipart/";

  private ContentType() {}

  static boolean isBoundary(String boundary) {
    return !boundary.isEmpty()
        && boundary.length() <= 70
        && !boundary.endsWith(" ")
        && boundary.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  static String boundary(String contentType) throws MalformedException {
    List<String> fields = fields(contentType);
    String type = fields.getFirst().strip();
    if (!type.regionMatches(true, 0, MULTIPART, 0, MULTIPART.length())) {
      throw new MalformedException("the Content-Type is not multipart");
    }
    for (String field : fields.subList(1, fields.size())) {
      int equals = field.indexOf('=');
      if (equals >= 0 && field.substring(0, equals).strip().equalsIgnoreCase("boundary")) {
        String boundary = unquoted(field.substring(equals + 1).strip());
        if (!isBoundary(boundary)) {
          throw new MalformedException(BOUNDARY_RULE);
        }
        return boundary;
      }
    }
    throw new MalformedException("the multipart Content-Type names no boundary");
  }

  /** Splits at semicolons that stand outside quotes. */
  private static List<String> fields(String header) {
    List<String> fields = new ArrayList<>();
    boolean quoted = false;
    int begin = 0;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == ';' && !quoted) {
        fields.add(header.substring(begin, i));
        begin = i + 1;
      }
    }
    fields.add(header.substring(begin));
    return fields;
  }

  private static String unquoted(String value) {
    if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
      return value;
    }
    StringBuilder bare = new StringBuilder();
    for (int i = 1; i < value.length() - 1; i++) {
      if (value.charAt(i) == '\\' && i + 1 < value.length() - 1) {
        i++;
      }
      bare.append(value.charAt(i));
    }
    return bare.toString();
  }
}
