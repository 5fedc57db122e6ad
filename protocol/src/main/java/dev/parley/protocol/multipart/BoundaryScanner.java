package dev.parley.protocol.multipart;

import dev.parley.protocol.MalformedException;
import java.nio.charset.StandardCharsets;

/**
 * Splits a multipart body at its delimiters, wherever the edges of the buffers fall. One pass;
 * bytes are passed on as slices of the caller's buffer, but for the few that looked like a
 * delimiter when a buffer ended: at most the delimiter's length is ever held.
 *
 * <pre>
 *   delimiter = [CR] LF "--" B ( "--" | 0 to 16 blanks [CR] LF )
 * </pre>
 *
 * The line end before it belongs to the delimiter. At the start of the body, and right after
 * another delimiter, there need be none. B holds neither CR nor LF, so when a byte breaks a match,
 * no later start of a delimiter lies among the bytes matched: they are passed on, and only the
 * breaking byte is looked at again.
 */
final class BoundaryScanner {
  /** Takes what the scanner finds, in order. */
  interface Sink {
    /** Bytes between two delimiters; valid during the call only. */
    void between(byte[] bytes, int offset, int length) throws MalformedException;

    /**
     * A delimiter.
     *
     * @param last whether it is the final one
     */
    void delimiter(boolean last) throws MalformedException;
  }

  private enum Match {
    NONE,
    CR,
    /** A line has begun, and {@link #matched} bytes of {@code --B} have been seen. */
    LINE,
    /** {@code --B} and {@link #padding} blanks. */
    WHOLE,
    WHOLE_CR,
    WHOLE_DASH,
    /** The final delimiter has passed. */
    LAST
  }

  private enum Step {
    GOES_ON,
    BREAKS,
    DELIMITS
  }

  private static final int MAX_PADDING = 16;

  private final byte[] dashBoundary;
  private final Sink sink;
  private final byte[] held;
  private int heldLength;
  private Match match = Match.LINE;
  private int matched;
  private int padding;

  BoundaryScanner(String boundary, Sink sink) {
    this.dashBoundary = ("--" + boundary).getBytes(StandardCharsets.US_ASCII);
    this.held = new byte[2 + dashBoundary.length + MAX_PADDING + 1];
    this.sink = sink;
  }

  void feed(byte[] bytes, int offset, int length) throws MalformedException {
    int end = offset + length;
    int from = offset; // From here on nothing has been passed on.
    int candidate = offset; // Where the match under way begins, or goes on from what is held.
    int at = offset;
    while (at < end && match != Match.LAST) {
      if (match == Match.NONE) {
        at = indexOfLineEnd(bytes, at, end);
        if (at == end) {
          break;
        }
        candidate = at;
      }
      switch (step(bytes[at])) {
        case GOES_ON -> at++;
        case BREAKS -> {
          match = Match.NONE;
          passHeld();
        }
        case DELIMITS -> {
          at++;
          heldLength = 0;
          pass(bytes, from, candidate);
          from = at;
          candidate = at;
          sink.delimiter(match == Match.LAST);
        }
      }
    }
    if (match == Match.NONE) {
      pass(bytes, from, end);
    } else if (match != Match.LAST) {
      pass(bytes, from, candidate);
      System.arraycopy(bytes, candidate, held, heldLength, end - candidate);
      heldLength += end - candidate;
    }
  }

  /** The stream has ended: a delimiter that lacks no more than its tail counts as the last. */
  void end() throws MalformedException {
    switch (match) {
      case NONE, CR, LINE -> passHeld();
      case WHOLE, WHOLE_CR, WHOLE_DASH -> sink.delimiter(true);
      case LAST -> {}
    }
    match = Match.LAST;
  }

  private Step step(byte b) {
    return switch (match) {
      case NONE -> b == '\n' ? lineBegins() : goOn(Match.CR);
      case CR -> b == '\n' ? lineBegins() : Step.BREAKS;
      case LINE -> {
        if (b != dashBoundary[matched]) {
          yield Step.BREAKS;
        }
        matched++;
        padding = 0;
        yield goOn(matched == dashBoundary.length ? Match.WHOLE : Match.LINE);
      }
      case WHOLE ->
          switch (b) {
            case '\n' -> delimiter();
            case '\r' -> goOn(Match.WHOLE_CR);
            case '-' -> padding == 0 ? goOn(Match.WHOLE_DASH) : Step.BREAKS;
            case ' ', '\t' -> ++padding <= MAX_PADDING ? Step.GOES_ON : Step.BREAKS;
            default -> Step.BREAKS;
          };
      case WHOLE_CR -> b == '\n' ? delimiter() : Step.BREAKS;
      case WHOLE_DASH -> {
        if (b != '-') {
          yield Step.BREAKS;
        }
        match = Match.LAST;
        yield Step.DELIMITS;
      }
      case LAST -> Step.GOES_ON;
    };
  }

  private Step goOn(Match next) {
    match = next;
    return Step.GOES_ON;
  }

  private Step lineBegins() {
    matched = 0;
    return goOn(Match.LINE);
  }

  private Step delimiter() {
    lineBegins();
    return Step.DELIMITS;
  }

  private void passHeld() throws MalformedException {
    int length = heldLength;
    heldLength = 0;
    pass(held, 0, length);
  }

  private void pass(byte[] bytes, int from, int to) throws MalformedException {
    if (to > from) {
      sink.between(bytes, from, to - from);
    }
  }

  private static int indexOfLineEnd(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && bytes[at] != '\n' && bytes[at] != '\r') {
      at++;
    }
    return at;
  }
}
