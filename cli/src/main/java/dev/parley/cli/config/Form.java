package dev.parley.cli.config;

import dev.parley.protocol.Ids;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a value of a setting looks like.
 *
 * @param label stands for the value in help, such as {@code PORT}
 * @param rule completes "must be ..." in messages
 * @param reader makes the value; throws {@link IllegalArgumentException} when the text breaks the
 *     rule
 */
public record Form<T>(String label, String rule, Function<String, T> reader) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
  private static final Pattern ENDPOINT =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):(\\d{1,5})");

  /** Any text that is not blank. */
  public static final Form<String> TEXT =
      new Form<>("TEXT", "a text that is not blank", text -> require(!text.isBlank(), text));

  /** An id as {@link Ids} lets it in. */
  public static final Form<String> ID =
      new Form<>(
          "ID",
          "1 to 64 of the characters A-Z a-z 0-9 . _ -",
          text -> require(Ids.isValid(text), text));

  /** A switch: on or off. */
  public static final Form<Boolean> SWITCH =
      new Form<>(
          "",
          "true or false",
          text ->
              switch (text.toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException(text);
              });

  /** A TCP port; 0 lets the system choose. */
  public static final Form<Integer> PORT = number("PORT", 0, 65_535);

  /** A length of time with its unit. */
  public static final Form<Duration> DURATION_WITH_UNIT =
      new Form<>("TIME", "a number and its unit: ms, s, m, h or d (such as 30s)", Form::duration);

  /** A path; nothing need stand there. */
  public static final Form<Path> PATH =
      new Form<>("PATH", "a path", text -> Path.of(require(!text.isBlank(), text)));

  /** A file that can be read. */
  public static final Form<Path> FILE =
      new Form<>(
          "FILE",
          "a file that can be read",
          text -> {
            Path path = Path.of(text);
            require(Files.isRegularFile(path) && Files.isReadable(path), text);
            return path;
          });

  /** An http or https URL with a host, without a trailing slash. */
  public static final Form<URI> URL =
      new Form<>(
          "URL",
          "an http:// or https:// URL",
          text -> {
            URI uri = URI.create(text.replaceAll("/+$", ""));
            String scheme = String.valueOf(uri.getScheme());
            require(
                (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null, text);
            return uri;
          });

  /** One or several HOST:PORT, with commas between. */
  public static final Form<List<String>> ENDPOINTS =
      new Form<>(
          "HOST:PORT",
          "HOST:PORT, or several with commas between",
          text -> List.of(text.split(",", -1)).stream().map(Form::endpoint).toList());

  /** A whole number of this range. */
  public static Form<Integer> number(String label, int from, int to) {
    return new Form<>(
        label,
        "a number from " + from + " to " + to,
        text -> {
          int number = Integer.parseInt(text);
          require(number >= from && number <= to, text);
          return number;
        });
  }

  /** One of these words. */
  public static Form<String> oneOf(String... words) {
    List<String> allowed = List.of(words);
    return new Form<>(
        String.join("|", allowed),
        "one of " + String.join(", ", allowed),
        text -> require(allowed.contains(text), text));
  }

  boolean isSwitch() {
    return label.isEmpty();
  }

  private static String endpoint(String text) {
    String trimmed = text.trim();
    Matcher matcher = ENDPOINT.matcher(trimmed);
    require(matcher.matches(), text);
    int port = Integer.parseInt(matcher.group(2));
    return require(port >= 1 && port <= 65_535, trimmed);
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text.trim());
    require(matcher.matches(), text);
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static String require(boolean ok, String text) {
    if (!ok) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }
}
