package dev.parley.protocol;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which trace something belongs to, as W3C's Trace Context writes it in a {@code traceparent}
 * header: version, trace id, parent id and flags in lower case hex.
 *
 * @param text such as {@code 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01}
 */
public record TraceParent(String text) {
  private static final Pattern FORM =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when it has another; the message does not quote it
   */
  public TraceParent {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("traceparent is not of the form of W3C's version 00");
    }
  }

  /** What a header says; empty when it says nothing that can be used, for a trace is a nicety. */
  public static Optional<TraceParent> parse(String header) {
    return FORM.matcher(header).matches() ? Optional.of(new TraceParent(header)) : Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
