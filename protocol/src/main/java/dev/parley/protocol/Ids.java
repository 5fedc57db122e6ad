package dev.parley.protocol;

/**
 * Ids that come from outside: device ids, dialog ids, message ids. They end up in headers, paths
 * and logs, so only {@code [A-Za-z0-9._-]{1,64}} is let in, and of these not {@code .} and {@code
 * ..}, which mean something else in a path.
 */
public final class Ids {
  private static final int MAX_LENGTH = 64;

  /** Every record's ids are looked at several times: a table is quicker than comparisons. */
  private static final boolean[] ALLOWED = new boolean['z' + 1];

  static {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
        .chars()
        .forEach(c -> ALLOWED[c] = true);
  }

  private Ids() {}

  /** Whether {@code id} may be used as an id. */
  public static boolean isValid(String id) {
    if (id.isEmpty() || id.length() > MAX_LENGTH || id.equals(".") || id.equals("..")) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c >= ALLOWED.length || !ALLOWED[c]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns {@code id}.
   *
   * @param what the name of the field, for the message
   * @throws IllegalArgumentException when it is not a valid id
   */
  public static String check(String what, String id) {
    if (!isValid(id)) {
      throw new IllegalArgumentException(
          what
              + " must be 1 to 64 of the characters A-Z a-z 0-9 . _ - and not only one or two dots (its length is "
              + id.length()
              + ")");
    }
    return id;
  }
}
