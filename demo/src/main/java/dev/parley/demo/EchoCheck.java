package dev.parley.demo;

import dev.parley.producer.Ack;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * Whether what came back is what was said. CIC echoes all audio that it received; that must be the
 * beginning of what was published, byte for byte, and must hold every chunk that was published
 * before StopCapture came to the dispatcher: all of them where there was no StopCapture.
 */
final class EchoCheck {
  /**
   * The broker's and the dispatcher's clocks are the same machine's, but one is rounded and the
   * other steady.
   */
  private static final long CLOCK_MILLIS = 2;

  /**
   * What was found.
   *
   * @param verified whether all is as it must be
   * @param text why, for people
   */
  record Finding(boolean verified, String text) {}

  private EchoCheck() {}

  /**
   * Checks an echo.
   *
   * @param published acknowledgements of the chunks, in order, times by the broker's clock
   * @param sha256OfFirst hash of the first so many bytes published
   * @param stopCaptureMillis when StopCapture came to the dispatcher; empty if it never did
   * @param length of the echo
   * @param sha256 of the echo
   */
  static Finding check(
      List<Ack> published,
      LongFunction<String> sha256OfFirst,
      OptionalLong stopCaptureMillis,
      long length,
      String sha256) {
    long all = published.stream().mapToLong(Ack::bytes).sum();
    long must =
        stopCaptureMillis.isEmpty()
            ? all
            : published.stream()
                .filter(ack -> ack.timestampMillis() + CLOCK_MILLIS < stopCaptureMillis.getAsLong())
                .mapToLong(Ack::bytes)
                .sum();
    if (length > all) {
      return wrong("%,d bytes, but only %,d were published", length, all);
    }
    if (length < must) {
      return wrong("%,d bytes, but %,d were published before StopCapture came", length, must);
    }
    if (!sha256OfFirst.apply(length).equals(sha256)) {
      return wrong("%,d bytes which are not the first of the %,d published", length, all);
    }
    return new Finding(
        true,
        length == all
            ? String.format(Locale.ROOT, "%,d bytes, all that were published, SHA-256 equal", all)
            : String.format(
                Locale.ROOT,
                "%,d bytes, the first of the %,d published, SHA-256 equal",
                length,
                all));
  }

  @SuppressWarnings("AnnotateFormatMethod") // Every format here takes two numbers.
  private static Finding wrong(String format, long length, long other) {
    return new Finding(false, String.format(Locale.ROOT, format, length, other));
  }
}
