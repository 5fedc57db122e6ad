package dev.parley.dispatcher.cic;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** JSON's grammar allows these numbers, and no reader holds them: for {@code @MethodSource}. */
final class BadNumbers {
  static final String ALL = "dev.parley.dispatcher.cic.BadNumbers#all";

  private BadNumbers() {}

  static Stream<Named<String>> all() {
    String digits = "7".repeat(10_000);
    return Stream.of(
        Named.of("1e2147483648", "1e2147483648"),
        Named.of("-1E-99999999999", "-1E-99999999999"),
        Named.of("0e9999999999", "0e9999999999"),
        Named.of("0.1E-2147483647", "0.1E-2147483647"),
        Named.of("10,000 digits", digits),
        Named.of("10,000 digits behind the point", "0." + digits),
        Named.of("10,000 digits of an exponent", "1e" + digits));
  }
}
