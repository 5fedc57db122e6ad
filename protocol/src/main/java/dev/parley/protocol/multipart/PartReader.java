package dev.parley.protocol.multipart;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;

/** Reads what stands between delimiters: headers, then a directive or an attachment. */
final class PartReader implements BoundaryScanner.Sink {
  private enum Phase {
    PREAMBLE,
    HEADERS,
    /** A body without a Content-Type, whose first byte will tell what it is. */
    UNTYPED,
    JSON,
    ATTACHMENT,
    /** After a JSON object, where only blanks may follow. */
    AFTER_JSON,
    SKIPPED,
    OVER
  }

  private static final String UNKNOWN_TYPE = "application/octet-stream";

  private final MultipartReader.Limits limits;
  private final MultipartReader.Listener listener;
  private Phase phase = Phase.PREAMBLE;
  private PartHeaders headers;
  private JsonScanner json;
  private long preambleBytes;
  private boolean preambleIsBlank = true;
  private long attachmentBytes;
  private long parts;

  PartReader(MultipartReader.Limits limits, MultipartReader.Listener listener) {
    this.limits = limits;
    this.listener = listener;
    this.headers = new PartHeaders(limits.maxHeaderBytes());
    this.json = new JsonScanner(limits.maxJsonBytes());
  }

  @Override
  public void between(byte[] bytes, int offset, int length) throws MalformedException {
    int end = offset + length;
    int at = offset;
    while (at < end) {
      at =
          switch (phase) {
            case PREAMBLE -> preamble(bytes, at, end);
            case HEADERS -> headers(bytes, at, end);
            case UNTYPED -> {
              beginBody(bytes[at] == '{');
              yield at;
            }
            case JSON -> json(bytes, at, end);
            case ATTACHMENT -> attachment(bytes, at, end);
            case AFTER_JSON -> afterJson(bytes, at, end);
            case SKIPPED, OVER -> end;
          };
    }
  }

  @Override
  public void delimiter(boolean last) throws MalformedException {
    endPart();
    if (last) {
      phase = Phase.OVER;
      return;
    }
    if (++parts > limits.maxParts() && limits.maxParts() > 0) {
      phase = Phase.OVER;
      throw new MalformedException("the body has more than " + limits.maxParts() + " parts");
    }
    headers = new PartHeaders(limits.maxHeaderBytes());
    phase = Phase.HEADERS;
  }

  /** The orderly end of the stream, which ends the part. */
  void end() throws MalformedException {
    if (phase == Phase.PREAMBLE && !preambleIsBlank) {
      throw new MalformedException("the body ended without its boundary");
    }
    if (phase == Phase.HEADERS && headers.begun()) {
      ignore("the body ended within the headers of a part");
    }
    endPart();
    phase = Phase.OVER;
  }

  /** The stream broke off. */
  void breakOff() {
    boolean lost =
        switch (phase) {
          case HEADERS -> headers.begun();
          case UNTYPED, JSON -> true;
          case PREAMBLE, ATTACHMENT, AFTER_JSON, SKIPPED, OVER -> false;
        };
    if (lost) {
      listener.ignored("the stream broke off inside a part");
    }
    stop();
  }

  /** Nothing more is read. */
  void stop() {
    boolean inAttachment = phase == Phase.ATTACHMENT;
    phase = Phase.OVER;
    if (inAttachment) {
      listener.attachmentEnded(false);
    }
  }

  private int preamble(byte[] bytes, int from, int to) throws MalformedException {
    for (int at = from; at < to; at++) {
      preambleIsBlank &= isBlank(bytes[at]);
    }
    preambleBytes += to - from;
    if (preambleBytes > limits.maxHeaderBytes()) {
      throw new MalformedException(
          "no boundary within the first "
              + limits.maxHeaderBytes()
              + " bytes; is it the one that the Content-Type names?");
    }
    return to;
  }

  private int headers(byte[] bytes, int from, int to) throws MalformedException {
    int at = headers.feed(bytes, from, to);
    if (headers.complete()) {
      headersEnded();
    }
    return at;
  }

  private void headersEnded() {
    if (!headers.problem().isEmpty()) {
      ignore("a part is passed over: " + headers.problem());
    } else if (headers.contentType().isEmpty()) {
      phase = Phase.UNTYPED;
    } else {
      beginBody(headers.isJson());
    }
  }

  private void beginBody(boolean isJson) {
    if (isJson) {
      json = new JsonScanner(limits.maxJsonBytes());
      phase = Phase.JSON;
      return;
    }
    String type = headers.contentType();
    attachmentBytes = 0;
    phase = Phase.ATTACHMENT;
    listener.attachmentBegun(headers.contentId(), type.isEmpty() ? UNKNOWN_TYPE : type);
  }

  private int json(byte[] bytes, int from, int to) throws MalformedException {
    int at = json.feed(bytes, from, to);
    switch (json.state()) {
      case BEFORE, INSIDE -> {}
      case WHOLE -> {
        phase = Phase.AFTER_JSON;
        tell(json.json());
      }
      case NOT_AN_OBJECT -> ignore("a JSON part does not begin with an object");
      case TOO_DEEP -> ignore("a JSON part is nested too deep");
    }
    return at;
  }

  private void tell(byte[] whole) {
    json = new JsonScanner(limits.maxJsonBytes()); // A downchannel idles; its last JSON need not.
    Directive directive;
    try {
      directive = Directive.parse(whole);
    } catch (MalformedException e) {
      listener.ignored("a JSON part is no directive: " + e.getMessage());
      return;
    }
    listener.directive(directive);
  }

  private int afterJson(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (!isBlank(bytes[at])) {
        ignore("a JSON part goes on after its object; the rest is passed over");
        break;
      }
    }
    return to;
  }

  private int attachment(byte[] bytes, int from, int to) throws MalformedException {
    attachmentBytes += to - from;
    if (attachmentBytes > limits.maxAttachmentBytes()) {
      throw new MalformedException(
          "an attachment is larger than " + limits.maxAttachmentBytes() + " bytes");
    }
    listener.attachmentBytes(bytes, from, to - from);
    return to;
  }

  private void endPart() {
    if (phase == Phase.HEADERS) {
      headers.end(); // The empty line belongs to the delimiter where the body is empty.
      headersEnded();
    }
    switch (phase) {
      case UNTYPED -> {
        if (!headers.contentId().isEmpty()) {
          beginBody(false);
          listener.attachmentEnded(true);
        } // Else it holds nothing: a boundary sent early, to be followed by a part some time.
      }
      case JSON -> listener.ignored("a JSON part ended before its object did");
      case ATTACHMENT -> listener.attachmentEnded(true);
      case PREAMBLE, HEADERS, AFTER_JSON, SKIPPED, OVER -> {}
    }
  }

  private void ignore(String reason) {
    phase = Phase.SKIPPED;
    json = new JsonScanner(limits.maxJsonBytes());
    listener.ignored(reason);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
