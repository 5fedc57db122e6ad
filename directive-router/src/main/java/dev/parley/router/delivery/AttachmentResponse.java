package dev.parley.router.delivery;

import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.router.queue.Attachment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code GET .../attachments/NAME}: the bytes of an attachment, while they arrive or afterwards. A
 * whole one has a length, an ETag and ranges; of one that still arrives a range can't be promised,
 * so that {@code Range} is ignored, as RFC 9110 allows.
 */
final class AttachmentResponse {
  private final Pieces pieces;
  private final DeliveryConfig config;
  private final DeliveryMetrics metrics;

  AttachmentResponse(Pieces pieces, DeliveryConfig config, DeliveryMetrics metrics) {
    this.pieces = pieces;
    this.config = config;
    this.metrics = metrics;
  }

  void write(
      String device, Attachment attachment, Request request, Response response, Callback callback)
      throws ApiError, IOException {
    Optional<Attachment.End> whole = attachment.end().filter(Attachment.End::whole);
    Optional<ByteRange> range = range(request, whole);
    metrics.reads.incrementAndGet();
    try (Pieces.Reading reading =
        pieces
            .read(device, attachment)
            .orElseThrow(() ->
                ApiError.comeBack(
                    "busy", "as many attachments are being read as may be at a time"))) {
      // Before the head is sent, so that what is gone can still be told.
      Optional<AttachmentPiece> first = next(reading);
      if (first.isEmpty()) {
        throw new ApiError(504, "idle", "no byte of the attachment has come so far");
      }
      head(attachment, whole, range, response);
      if (!copy(first.get(), reading, range, attachment.end(), response)) {
        callback.failed(new IOException("the attachment broke off"));
        return;
      }
    } finally {
      metrics.reads.decrementAndGet();
    }
    Content.Sink.write(response, true, ByteBuffer.allocate(0));
    callback.succeeded();
  }

  private Optional<AttachmentPiece> next(Pieces.Reading reading) throws ApiError {
    try {
      return reading.next(config.attachmentIdle());
    } catch (Pieces.GoneException e) {
      throw new ApiError(410, "gone", "the attachment was kept for a short while only");
    }
  }

  private static Optional<ByteRange> range(Request request, Optional<Attachment.End> whole)
      throws ApiError {
    String header = request.getHeaders().get(HttpHeader.RANGE);
    if (header == null || whole.isEmpty()) {
      return Optional.empty();
    }
    String ifRange = request.getHeaders().get(HttpHeader.IF_RANGE);
    return ifRange == null || ifRange.equals(etag(whole.get()))
        ? ByteRange.parse(header, whole.get().length())
        : Optional.empty();
  }

  private static String etag(Attachment.End end) {
    return '"' + end.sha256() + '"';
  }

  private static void head(
      Attachment attachment,
      Optional<Attachment.End> whole,
      Optional<ByteRange> range,
      Response response) {
    response.setStatus(range.isPresent() ? 206 : 200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType(attachment));
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "private, no-transform");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    if (whole.isPresent()) {
      long length = range.map(ByteRange::length).orElse(whole.get().length());
      response.getHeaders().put(HttpHeader.ACCEPT_RANGES, "bytes");
      response.getHeaders().put(HttpHeader.ETAG, etag(whole.get()));
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
    }
    range.ifPresent(r ->
        response
            .getHeaders()
            .put(
                HttpHeader.CONTENT_RANGE,
                "bytes "
                    + r.first()
                    + "-"
                    + r.last()
                    + "/"
                    + whole.map(Attachment.End::length).orElse(0L)));
  }

  /** CIC's word, unless it could not stand in a header. */
  private static String contentType(Attachment attachment) {
    String type = attachment.contentType();
    boolean printable = !type.isBlank() && type.chars().allMatch(c -> c >= ' ' && c < 127);
    return printable ? type : "application/octet-stream";
  }

  /**
   * Writes the bytes, or those in the range.
   *
   * @return false when they end before the attachment does
   */
  private boolean copy(
      AttachmentPiece first,
      Pieces.Reading reading,
      Optional<ByteRange> range,
      Optional<Attachment.End> end,
      Response response)
      throws IOException, ApiError {
    long from = range.map(ByteRange::first).orElse(0L);
    long to = range.map(r -> r.last() + 1).orElse(Long.MAX_VALUE);
    boolean broken = end.isPresent() && !end.get().whole();
    long at = 0;
    AttachmentPiece piece = first;
    while (true) {
      int skip = Math.clamp(from - at, 0, piece.bytes().length);
      int stop = Math.clamp(to - at, 0, piece.bytes().length);
      if (stop > skip) {
        Content.Sink.write(
            response, false, ByteBuffer.wrap(piece.bytes(), skip, stop - skip).slice());
        metrics.attachmentBytes.increment(stop - skip);
      }
      at += piece.bytes().length;
      if (at >= to) {
        return true;
      }
      if (piece.end().isPresent()) {
        return !broken && piece.end().get().whole();
      }
      if (broken && at >= end.get().length()) {
        return false;
      }
      Optional<AttachmentPiece> next = next(reading);
      if (next.isEmpty()) {
        return false;
      }
      piece = next.get();
    }
  }
}
