package dev.parley.dispatcher.cic;

import org.jspecify.annotations.Nullable;

/** How long CIC asks to wait before another try (RFC 9110, 10.2.3). Pure. */
final class RetryAfter {
  private RetryAfter() {}

  /**
   * In milliseconds; 0 when there is no header, or it holds a date or nonsense: then our own delay
   * serves.
   */
  static long millis(@Nullable String header) {
    try {
      return header == null
          ? 0
          : Math.max(0, Math.multiplyExact(Long.parseLong(header.strip()), 1_000));
    } catch (NumberFormatException | ArithmeticException e) {
      return 0;
    }
  }
}
