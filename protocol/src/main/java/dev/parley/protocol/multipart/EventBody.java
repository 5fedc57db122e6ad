package dev.parley.protocol.multipart;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The bytes of an event request round its content (C11 to C16). Holds no state but the boundary, so
 * one serves a whole request and may be shared between threads.
 *
 * <pre>
 *   --B CRLF  metadata headers CRLF CRLF  {json}          metadata(json)
 *   CRLF --B CRLF  audio headers CRLF CRLF                beforeChunk(0), then the chunk's bytes
 *   CRLF --B CRLF  audio headers CRLF CRLF                beforeChunk(1), then ... (PART_PER_CHUNK)
 *   CRLF --B-- CRLF                                       end()
 * </pre>
 */
public final class EventBody {
  /** How audio is laid out (C16). */
  public enum Layout {
    /** A part for each chunk: the default. */
    PART_PER_CHUNK,
    /** One long audio part, as one generation of the protocol wanted it. */
    ONE_PART
  }

  private static final Pattern BOUNDARY = Pattern.compile("[A-Za-z0-9'+_.-]{1,70}");
  private static final byte[] NOTHING = new byte[0];

  private final String boundary;
  private final Layout layout;
  private final byte[] audioHead;

  /**
   * A body with this boundary.
   *
   * @param boundary 1 to 70 letters, digits and {@code ' + _ - .}, which need no quotes, that occur
   *     in no content: a random one of 128 bits or more
   * @throws IllegalArgumentException when the boundary has other characters
   */
  public EventBody(String boundary, Layout layout) {
    if (!BOUNDARY.matcher(boundary).matches()) {
      throw new IllegalArgumentException(
          "a boundary is 1 to 70 letters, digits and ' + _ - . (its length is "
              + boundary.length()
              + ")");
    }
    this.boundary = boundary;
    this.layout = layout;
    this.audioHead =
        ascii(
            "\r\n--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"audio\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n");
  }

  /** The value of the request's Content-Type header (C8). */
  public String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  /** The metadata part, its JSON included. */
  public byte[] metadata(byte[] json) {
    byte[] head =
        ascii(
            "--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"metadata\"\r\n"
                + "Content-Type: application/json; charset=UTF-8\r\n\r\n");
    byte[] part = new byte[head.length + json.length];
    System.arraycopy(head, 0, part, 0, head.length);
    System.arraycopy(json, 0, part, head.length, json.length);
    return part;
  }

  /**
   * What stands before a chunk's bytes. Shared; not to be changed.
   *
   * @param index of the chunk within the turn, from 0
   */
  public byte[] beforeChunk(int index) {
    return layout == Layout.PART_PER_CHUNK || index == 0 ? audioHead : NOTHING;
  }

  /** The final boundary (C13). */
  public byte[] end() {
    return ascii("\r\n--" + boundary + "--\r\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
