package dev.parley.standin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes a multipart body piece by piece, each part closed by the delimiter after it.
 *
 * <pre>
 *   first()  --B
 *   part()        CRLF  headers CRLF CRLF  body  CRLF --B
 *   last()                                                 -- CRLF
 * </pre>
 */
final class MultipartBody {
  private final String boundary = "parley-" + UUID.randomUUID();

  String contentType() {
    return "multipart/related; boundary=" + boundary;
  }

  byte[] first() {
    return ascii("--" + boundary);
  }

  List<byte[]> part(Part part) {
    List<byte[]> pieces = new ArrayList<>();
    pieces.add(ascii("\r\n"));
    pieces.addAll(partOnOpenLine(part));
    return pieces;
  }

  /** A part where the delimiter's line has been ended already; its own is not ended. */
  List<byte[]> partOnOpenLine(Part part) {
    List<byte[]> pieces = new ArrayList<>();
    switch (part) {
      case Part.Directive directive -> {
        pieces.add(ascii("Content-Type: application/json; charset=UTF-8\r\n\r\n"));
        pieces.add(directive.json().getBytes(StandardCharsets.UTF_8));
      }
      case Part.Attachment attachment -> {
        pieces.add(
            ascii(
                "Content-ID: <"
                    + attachment.contentId()
                    + ">\r\nContent-Type: application/octet-stream\r\n\r\n"));
        pieces.addAll(attachment.bytes());
      }
    }
    pieces.add(ascii("\r\n--" + boundary));
    return pieces;
  }

  byte[] last() {
    return ascii("--\r\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
