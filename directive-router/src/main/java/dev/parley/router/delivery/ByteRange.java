package dev.parley.router.delivery;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One range of bytes of a {@code Range} header (RFC 9110, 14.1.2).
 *
 * @param first the first byte, from 0
 * @param last the last byte, included
 */
record ByteRange(long first, long last) {
  private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  long length() {
    return last - first + 1;
  }

  /**
   * Reads the header against a whole of {@code total} bytes. A header of another unit, form, or of
   * several ranges is none of ours and is ignored, as the RFC allows.
   *
   * @throws ApiError 416 when no byte of the whole is asked for
   */
  static Optional<ByteRange> parse(String header, long total) throws ApiError {
    Matcher one = ONE.matcher(header.strip());
    if (!one.matches() || (one.group(1).isEmpty() && one.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (one.group(1).isEmpty()) {
      long suffix = Math.min(Long.parseLong(one.group(2)), total);
      return Optional.of(satisfiable(total - suffix, total - 1, total));
    }
    long first = Long.parseLong(one.group(1));
    long last = one.group(2).isEmpty() ? total - 1 : Long.parseLong(one.group(2));
    if (!one.group(2).isEmpty() && last < first) {
      return Optional.empty();
    }
    return Optional.of(satisfiable(first, Math.min(last, total - 1), total));
  }

  private static ByteRange satisfiable(long first, long last, long total) throws ApiError {
    if (first >= total) {
      throw new ApiError(
          416,
          "range",
          "the attachment has " + total + " bytes",
          Map.of("Content-Range", "bytes */" + total));
    }
    return new ByteRange(first, last);
  }
}
