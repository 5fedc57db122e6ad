package dev.parley.protocol.multipart;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import java.util.Objects;

/**
 * Reads the body of a response or of a downchannel as it arrives (C35, C36, C46). Bytes are pushed
 * in, in whatever pieces the network makes of them, and a {@link Listener} hears what they hold;
 * the pieces make no difference to what it hears, but for where attachments are cut into slices.
 *
 * <pre>
 *                                    [preamble]
 *   --B CRLF                         Content-Type: application/json CRLF
 *   CRLF {json}                      directive(..), or ignored(..)
 *   CRLF --B CRLF                    Content-Type: .. CRLF Content-ID: &lt;X&gt; CRLF
 *   CRLF bytes                       attachmentBegun(X, ..), attachmentBytes(..) as they come
 *   CRLF --B--                       attachmentEnded(true); the delimiter may be missing
 *                                    [epilogue]
 * </pre>
 *
 * <p>A part is a directive if its Content-Type is {@code application/json}, or if it has none and
 * begins with an opening brace; every other part is an attachment, with or without Content-ID.
 * Content-Disposition means nothing (C36). Line ends may be LF alone. Headers that continue on
 * another line are not joined.
 *
 * <p>What is wrong with one part is told by {@link Listener#ignored} and the others go on (C33):
 * JSON that is broken, no directive, or deeper than {@link Json#MAX_DEPTH}; a Content-Type or
 * Content-ID that is too long or holds control characters. What breaks a limit is fatal: {@link
 * #feed} throws, and throws again from then on.
 *
 * <p>Not for use by several threads at once. What a listener throws passes through, and leaves the
 * reader fit for nothing but {@link #abort}. Holds at most a delimiter, one part's headers and one
 * JSON part.
 */
public final class MultipartReader {
  /** What the reader finds, in order. Called within feed, end and abort, on the caller's thread. */
  public interface Listener {
    /** A directive: told as soon as its JSON is whole, before the next boundary arrives. */
    void directive(Directive directive);

    /**
     * A part that could not be read as what it says, or what followed a whole JSON object within
     * its part.
     *
     * @param reason one line fit for a log; quotes nothing of the part
     */
    void ignored(String reason);

    /**
     * An attachment begins; its bytes follow, then its end, and nothing between.
     *
     * @param contentId opaque, without quotes and angle brackets, at most 256 characters, no
     *     control characters; empty when it has none
     * @param contentType as it stands there, printable ASCII, at most 256 characters; {@code
     *     application/octet-stream} when it has none
     */
    void attachmentBegun(String contentId, String contentType);

    /** The next bytes of the attachment; they are the listener's during the call only. */
    void attachmentBytes(byte[] bytes, int offset, int length);

    /**
     * The attachment is over.
     *
     * @param whole false when the stream broke off inside it, or a limit did; an orderly end of the
     *     stream ends it as a boundary would (C46)
     */
    void attachmentEnded(boolean whole);
  }

  /**
   * What a body may hold at most; more is fatal.
   *
   * @param maxParts parts of one body; 0 for no limit, as a downchannel needs it
   * @param maxHeaderBytes headers of one part; also what may stand before the first boundary
   * @param maxJsonBytes one JSON object, at most {@link Json#MAX_BYTES}
   * @param maxAttachmentBytes one attachment
   */
  public record Limits(
      int maxParts, int maxHeaderBytes, int maxJsonBytes, long maxAttachmentBytes) {
    /**
     * 1,000 parts, 8 KiB of headers, 256 KiB of JSON, attachments of 64 MiB. JSON may grow when it
     * is written anew ({@code 1e5} becomes {@code 1E+5}): half of what {@link Json} takes leaves
     * room for that, so what was read here can be read again from the ledger.
     */
    public static final Limits DEFAULT =
        new Limits(1_000, 8 * 1024, Json.MAX_BYTES / 2, 64 * 1024 * 1024);

    /** The same without a limit to the number of parts: a downchannel goes on for days. */
    public static final Limits DOWNCHANNEL =
        new Limits(
            0, DEFAULT.maxHeaderBytes(), DEFAULT.maxJsonBytes(), DEFAULT.maxAttachmentBytes());

    /** Checks the ranges. */
    public Limits {
      if (maxParts < 0
          || maxHeaderBytes < 1
          || maxJsonBytes < 2
          || maxJsonBytes > Json.MAX_BYTES
          || maxAttachmentBytes < 0) {
        throw new IllegalArgumentException(
            "limits out of range: maxParts >= 0, maxHeaderBytes >= 1, maxJsonBytes 2 to "
                + Json.MAX_BYTES
                + ", maxAttachmentBytes >= 0");
      }
    }
  }

  private final PartReader parts;
  private final BoundaryScanner scanner;
  private boolean over;
  private String failure = "";

  /**
   * A reader of one body.
   *
   * @param boundary as {@link #boundaryOf} gave it
   * @throws IllegalArgumentException when no boundary can look like that
   */
  public MultipartReader(String boundary, Limits limits, Listener listener) {
    if (!ContentType.isBoundary(boundary)) {
      throw new IllegalArgumentException(ContentType.BOUNDARY_RULE);
    }
    this.parts = new PartReader(limits, listener);
    this.scanner = new BoundaryScanner(boundary, parts);
  }

  /**
   * The boundary that a Content-Type header names (C46): of any {@code multipart/} type, names in
   * any case, quoted or not, with or without a {@code ;} at the end.
   *
   * @throws MalformedException when it is not multipart, or names no boundary of 1 to 70 characters
   */
  public static String boundaryOf(String contentType) throws MalformedException {
    return ContentType.boundary(contentType);
  }

  /**
   * Takes the next bytes. They are not kept after the call.
   *
   * @throws MalformedException when a limit is broken; an attachment under way has then ended, not
   *     whole. Every later call throws the same
   * @throws IllegalStateException after {@link #end} or {@link #abort}
   */
  public void feed(byte[] bytes, int offset, int length) throws MalformedException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    checkOpen();
    try {
      scanner.feed(bytes, offset, length);
    } catch (MalformedException e) {
      throw fail(e);
    }
  }

  /**
   * The stream has ended in an orderly way. A missing final boundary is accepted: the end of the
   * stream ends the part (C46).
   *
   * @throws MalformedException when there was content but no boundary at all, or {@link #feed} had
   *     failed
   */
  public void end() throws MalformedException {
    checkOpen();
    try {
      scanner.end();
      parts.end();
    } catch (MalformedException e) {
      throw fail(e);
    }
    over = true;
  }

  /**
   * The stream broke off: an attachment under way ends, not whole, and any other part under way is
   * told as ignored. May be called at any time; does nothing when all is over.
   */
  public void abort() {
    parts.breakOff();
    over = true;
  }

  private void checkOpen() throws MalformedException {
    if (!failure.isEmpty()) {
      throw new MalformedException(failure);
    }
    if (over) {
      throw new IllegalStateException("the body has ended already");
    }
  }

  private MalformedException fail(MalformedException e) {
    failure = String.valueOf(e.getMessage());
    parts.stop();
    return e;
  }
}
