package dev.parley.standin;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The body of one event: which part may come when, and how it must look (C11, C12, C13, C16). Not
 * thread-safe.
 */
final class EventBody implements MultipartReader.Sink {
  /** Receives what the body holds. */
  interface Listener {
    void metadata(byte[] json);

    /** Audio, whatever the cuts; the buffer is valid during the call. */
    void audio(ByteBuf bytes);
  }

  static final int CHUNK = 6_400;
  static final long MAX_AUDIO = 64L * 1024 * 1024;

  private enum Kind {
    METADATA,
    AUDIO,
    UNKNOWN
  }

  private final String boundary;
  private final AudioLayout layout;
  private final Checks checks;
  private final Listener listener;
  private final MultipartReader reader;
  private final ByteArrayOutputStream json = new ByteArrayOutputStream();

  private Kind kind = Kind.UNKNOWN;
  private PartHeaders checked = new PartHeaders(Map.of());
  private int audioParts;
  private long audioBytes;
  private long partBytes;
  private boolean shortBefore;

  EventBody(String boundary, AudioLayout layout, Checks checks, Listener listener) {
    this.boundary = boundary;
    this.layout = layout;
    this.checks = checks;
    this.listener = listener;
    this.reader = new MultipartReader(boundary, this);
  }

  void read(ByteBuf bytes) {
    reader.read(bytes);
  }

  /**
   * The body has ended.
   *
   * @throws Refusal if it ends before its first part, or, unless lenient, before its final boundary
   */
  void end(boolean lenient) {
    if (reader.parts() == 0 || json.size() == 0) {
      throw Refusal.badRequest(Row.C11, "the body has no metadata part");
    }
    if (!reader.complete()) {
      checks.fail(Row.C13, "the final boundary is missing");
      if (!lenient) {
        throw Refusal.badRequest(Row.C13, "the final boundary is missing");
      }
      if (partBytes > 0) {
        partEnds();
      }
    }
    checks.check(
        Row.C13,
        reader.bytesOutside() == 0,
        "boundaries are where they belong",
        reader.bytesOutside() + " bytes before the first or after the final boundary");
    if (audioParts > 0) {
      layout();
    }
  }

  int parts() {
    return reader.parts();
  }

  int audioParts() {
    return audioParts;
  }

  @Override
  public void partBegins(PartHeaders headers) {
    partBytes = 0;
    if (headers.equals(checked) && kind == Kind.AUDIO) {
      audioParts++;
      return;
    }
    checked = headers;
    String name = headers.name();
    if (reader.parts() == 1) {
      if (!name.equals("metadata")) {
        throw Refusal.badRequest(Row.C11, "the first part is not metadata");
      }
      kind = Kind.METADATA;
      disposition(Row.C11, headers);
      HeaderValue type = headers.contentType();
      boolean right =
          type.value().equals("application/json")
              && type.parameter("charset").orElse("").equalsIgnoreCase("utf-8");
      if (!right) {
        checks.fail(
            Row.C11, "the metadata part's Content-Type is not application/json; charset=UTF-8");
      }
      return;
    }
    if (name.equals("audio")) {
      kind = Kind.AUDIO;
      audioParts++;
      disposition(Row.C12, headers);
      checks.check(
          Row.C12,
          headers.contentType().value().equals("application/octet-stream"),
          "audio parts are as they should be",
          "the Content-Type of an audio part is not application/octet-stream");
    } else {
      kind = Kind.UNKNOWN;
      checks.fail(Row.C12, "a part after the first is not named audio");
    }
  }

  private void disposition(Row row, PartHeaders headers) {
    HeaderValue disposition = headers.disposition();
    if (!disposition.value().equals("form-data") || disposition.parameters().size() != 1) {
      checks.fail(row, "Content-Disposition is not form-data with a name alone");
    }
  }

  @Override
  public void body(ByteBuf bytes) {
    int length = bytes.readableBytes();
    partBytes += length;
    switch (kind) {
      case METADATA -> {
        if (partBytes > Metadata.MAX_BYTES) {
          throw Refusal.badRequest(
              Row.C11, "the metadata part is longer than " + Metadata.MAX_BYTES + " bytes");
        }
        byte[] copy = new byte[length];
        bytes.getBytes(bytes.readerIndex(), copy);
        json.writeBytes(copy);
      }
      case AUDIO -> {
        audioBytes += length;
        if (audioBytes > MAX_AUDIO) {
          throw Refusal.badRequest(Row.C16, "more than " + MAX_AUDIO + " bytes of audio");
        }
        listener.audio(bytes);
      }
      case UNKNOWN -> {}
    }
  }

  @Override
  public void partEnds() {
    switch (kind) {
      case METADATA -> {
        byte[] bytes = json.toByteArray();
        if (new String(bytes, StandardCharsets.UTF_8).contains(boundary)) {
          checks.fail(Row.C13, "the boundary occurs in the metadata");
        }
        listener.metadata(bytes);
      }
      case AUDIO -> {
        if (shortBefore && layout == AudioLayout.PART_PER_CHUNK) {
          checks.fail(Row.C16, "an audio part that is not the last has not " + CHUNK + " bytes");
        }
        shortBefore |= partBytes != CHUNK;
        if (partBytes % 2 != 0 || partBytes == 0) {
          checks.fail(Row.C16, "an audio part has " + partBytes + " bytes");
        }
      }
      case UNKNOWN -> {}
    }
    partBytes = 0;
  }

  private void layout() {
    switch (layout) {
      case PART_PER_CHUNK ->
          checks.check(
              Row.C16,
              audioBytes <= (long) audioParts * CHUNK,
              audioParts + " parts, " + audioBytes + " bytes",
              audioParts == 1
                  ? "one part of " + audioBytes + " bytes: the one-part layout"
                  : "the last audio part is too long");
      case ONE_PART ->
          checks.check(
              Row.C16,
              audioParts == 1,
              "one part, " + audioBytes + " bytes",
              audioParts + " audio parts where one was wanted");
    }
  }
}
