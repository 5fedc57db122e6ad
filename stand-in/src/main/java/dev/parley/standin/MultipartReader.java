package dev.parley.standin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads a multipart body as it comes, whatever the cuts between its pieces.
 *
 * <pre>
 *   --B CRLF  headers CRLF CRLF  body  CRLF --B CRLF  headers ...  body  CRLF --B-- CRLF
 * </pre>
 *
 * A delimiter begins with CR and holds no other, so a failed match can only begin anew at the byte
 * that failed. Not thread-safe.
 */
final class MultipartReader {
  /** Receives the parts in order. */
  interface Sink {
    void partBegins(PartHeaders headers);

    /** Some of the part's body; the buffer is the reader's and is valid only during the call. */
    void body(ByteBuf bytes);

    void partEnds();
  }

  static final int MAX_HEADER_BYTES = 8 * 1024;
  static final int MAX_PARTS = 20_000;

  private enum State {
    PREAMBLE,
    DELIMITER_TAIL,
    HEADERS,
    BODY,
    EPILOGUE
  }

  private final byte[] delimiter;
  private final ByteBuf delimiterBytes;
  private final Sink sink;
  private final StringBuilder headers = new StringBuilder();

  private String lastBlock = "";
  private Optional<PartHeaders> last = Optional.empty();
  private State state = State.PREAMBLE;
  // The CRLF before the first delimiter may be missing: it counts as matched, though it did not
  // come.
  private int matched = 2;
  private int assumed = 2;
  private int tailByte = -1;
  private int parts;
  private long outside;
  private long afterFinal;

  MultipartReader(String boundary, Sink sink) {
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    this.delimiterBytes = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(delimiter));
    this.sink = sink;
  }

  /**
   * Reads all of {@code in}.
   *
   * @throws Refusal if this can be no multipart body, or a bound is exceeded
   */
  void read(ByteBuf in) {
    while (in.isReadable()) {
      switch (state) {
        case PREAMBLE, BODY -> untilDelimiter(in);
        case DELIMITER_TAIL -> delimiterTail(in.readByte());
        case HEADERS -> header((char) (in.readByte() & 0xff));
        case EPILOGUE -> epilogue(in);
      }
    }
  }

  /** Whether the final boundary has come. */
  boolean complete() {
    return state == State.EPILOGUE;
  }

  /** How many parts have begun. */
  int parts() {
    return parts;
  }

  /** How many bytes stood before the first boundary or, but for one CRLF, after the last. */
  long bytesOutside() {
    return outside;
  }

  private void untilDelimiter(ByteBuf in) {
    if (matched == 0) {
      int at = in.readerIndex();
      int cr = delimiterStart(in, at);
      int plain = (cr < 0 ? in.writerIndex() : cr) - at;
      if (plain > 0) {
        body(in.slice(at, plain));
        in.skipBytes(plain);
      }
      if (cr >= 0) {
        in.skipBytes(1);
        matched = 1;
      }
      return;
    }
    byte next = in.getByte(in.readerIndex());
    if (next == delimiter[matched]) {
      in.skipBytes(1);
      if (++matched == delimiter.length) {
        matched = 0;
        if (state == State.BODY) {
          sink.partEnds();
        }
        state = State.DELIMITER_TAIL;
      }
    } else {
      if (state == State.BODY) {
        body(delimiterBytes.slice(0, matched));
      } else {
        outside += matched - assumed;
        assumed = 0;
      }
      matched = 0;
    }
  }

  /** The next CR that LF follows or that is the last byte: audio is full of others. */
  private static int delimiterStart(ByteBuf in, int from) {
    int end = in.writerIndex();
    int cr = ByteBufUtil.indexOf(in, from, end, (byte) '\r');
    while (cr >= 0 && cr + 1 < end && in.getByte(cr + 1) != '\n') {
      cr = ByteBufUtil.indexOf(in, cr + 1, end, (byte) '\r');
    }
    return cr;
  }

  private void body(ByteBuf bytes) {
    if (state == State.BODY) {
      sink.body(bytes);
    } else {
      outside += bytes.readableBytes();
      if (outside > MAX_HEADER_BYTES) {
        throw Refusal.badRequest(
            Row.C13, "no boundary within the first " + MAX_HEADER_BYTES + " bytes");
      }
    }
  }

  private void delimiterTail(byte next) {
    if (tailByte < 0) {
      tailByte = next;
      return;
    }
    if (tailByte == '-' && next == '-') {
      state = State.EPILOGUE;
    } else if (tailByte == '\r' && next == '\n') {
      if (++parts > MAX_PARTS) {
        throw Refusal.badRequest(Row.C13, "more than " + MAX_PARTS + " parts");
      }
      headers.setLength(0);
      state = State.HEADERS;
    } else {
      throw Refusal.badRequest(
          Row.C13, "a boundary is followed by neither CRLF nor -- (or it occurs in a body)");
    }
    tailByte = -1;
  }

  private void header(char next) {
    headers.append(next);
    if (headers.length() > MAX_HEADER_BYTES) {
      throw Refusal.badRequest(
          Row.C13, "the headers of a part are longer than " + MAX_HEADER_BYTES + " bytes");
    }
    int length = headers.length();
    boolean none = length == 2 && headers.charAt(0) == '\r' && next == '\n';
    if (none || (next == '\n' && length >= 4 && headers.indexOf("\r\n\r\n", length - 4) >= 0)) {
      state = State.BODY;
      sink.partBegins(parsed());
      // An empty body's delimiter may follow at once: its CRLF is its own, so nothing is matched
      // yet.
      matched = 0;
    }
  }

  /**
   * The same object for the same headers as in the part before: all audio parts of a turn have the
   * same.
   */
  private PartHeaders parsed() {
    if (last.isEmpty() || !headers.toString().equals(lastBlock)) {
      lastBlock = headers.toString();
      last = Optional.of(PartHeaders.parse(lastBlock));
    }
    return last.get();
  }

  private void epilogue(ByteBuf in) {
    while (in.isReadable()) {
      byte next = in.readByte();
      boolean ofCrlf = (afterFinal == 0 && next == '\r') || (afterFinal == 1 && next == '\n');
      afterFinal++;
      if (!ofCrlf) {
        outside++;
      }
    }
  }
}
