package dev.parley.protocol.multipart;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.util.Arrays;

/**
 * Gathers one JSON object from pieces and knows, byte by byte, when it is whole: each byte is
 * looked at once. Whether it is proper JSON is for the parser to say.
 */
final class JsonScanner {
  enum State {
    /** Blanks so far, or a byte order mark. */
    BEFORE,
    INSIDE,
    /** {@link #json()} has it. */
    WHOLE,
    /** It begins with something other than an opening brace. */
    NOT_AN_OBJECT,
    TOO_DEEP
  }

  private static final int FIRST_SIZE = 1024;

  private final int maxBytes;
  private byte[] gathered = new byte[0];
  private int length;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private State state = State.BEFORE;

  JsonScanner(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  State state() {
    return state;
  }

  /** The object's bytes, once it is whole. */
  byte[] json() {
    return Arrays.copyOf(gathered, length);
  }

  /**
   * Takes bytes until the object is whole or spoilt.
   *
   * @return the index after the last byte taken
   * @throws MalformedException when it is larger than allowed
   */
  int feed(byte[] bytes, int from, int to) throws MalformedException {
    int at = from;
    while (at < to && state == State.BEFORE) {
      if (bytes[at] == '{') {
        state = State.INSIDE;
      } else if (isBlank(bytes[at]) || isByteOrderMark(bytes[at])) {
        at++;
      } else {
        state = State.NOT_AN_OBJECT;
      }
    }
    int begin = at;
    while (at < to && state == State.INSIDE) {
      look(bytes[at]);
      at++;
    }
    gather(bytes, begin, at);
    return at;
  }

  private void look(byte b) {
    if (inString) {
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        inString = false;
      }
      return;
    }
    switch (b) {
      case '"' -> inString = true;
      case '{', '[' -> {
        if (++depth > Json.MAX_DEPTH) {
          state = State.TOO_DEEP;
        }
      }
      case '}', ']' -> {
        if (--depth == 0) {
          state = State.WHOLE;
        }
      }
      default -> {}
    }
  }

  private void gather(byte[] bytes, int from, int to) throws MalformedException {
    int more = to - from;
    if (more > maxBytes - length) {
      throw new MalformedException("a JSON part is larger than " + maxBytes + " bytes");
    }
    if (more > gathered.length - length) {
      int twice = Math.min(maxBytes, Math.max(FIRST_SIZE, 2 * gathered.length));
      gathered = Arrays.copyOf(gathered, Math.max(twice, length + more));
    }
    System.arraycopy(bytes, from, gathered, length, more);
    length += more;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  private static boolean isByteOrderMark(byte b) {
    return b == (byte) 0xEF || b == (byte) 0xBB || b == (byte) 0xBF;
  }
}
