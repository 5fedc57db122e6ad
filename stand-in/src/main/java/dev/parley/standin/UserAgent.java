package dev.parley.standin;

import java.util.regex.Pattern;

/**
 * The grammar of User-Agent (C9): {@code Maker/Product/1.2.3[-release][+build] (OS info;HW
 * info[;key=value...])}.
 */
final class UserAgent {
  private static final int MAX_LENGTH = 512;
  private static final String WORDS = "[A-Za-z0-9_.-]+(?: [A-Za-z0-9_.-]+)*+";
  private static final String VALUE = "[A-Za-z0-9_.%-]+(?: [A-Za-z0-9_.%-]+)*+";
  private static final String VERSION =
      "\\d+\\.\\d+\\.\\d+(?:-[A-Za-z0-9.-]+)?(?:\\+[A-Za-z0-9.-]+)?";
  private static final Pattern GRAMMAR =
      Pattern.compile(
          WORDS
              + "/"
              + WORDS
              + "/"
              + VERSION
              + " \\("
              + WORDS
              + ";"
              + WORDS
              + "(?:;[A-Za-z0-9_.-]+="
              + VALUE
              + ")*\\)");

  private UserAgent() {}

  static boolean isValid(String value) {
    return value.length() <= MAX_LENGTH && GRAMMAR.matcher(value).matches();
  }
}
