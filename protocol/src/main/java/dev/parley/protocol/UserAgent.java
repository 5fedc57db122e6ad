package dev.parley.protocol;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The User-Agent of a device (C9), without which CIC answers nothing:
 *
 * <pre>
 *   Maker/Product/1.2.3[-release][+build] (OS info;HW info[;key=value...])
 * </pre>
 *
 * <p>Maker, product, OS and HW are words of letters, digits, {@code _ - .} with one blank between;
 * values may also use {@code %}. It is checked when a device is configured, since CIC would say
 * only that it refuses. {@link #toString} gives the header's text.
 *
 * @param version {@code 1.2.3}, with release and build where there are
 * @param os such as {@code Linux 6.1}
 * @param hardware such as {@code armv7 rev5}
 * @param more the {@code key=value} pairs, in their order
 */
public record UserAgent(
    String maker, String product, String version, String os, String hardware, List<String> more) {
  /** The longest User-Agent, in characters. */
  public static final int MAX_LENGTH = 512;

  private static final Pattern WORDS = Pattern.compile("[A-Za-z0-9_.-]+(?: [A-Za-z0-9_.-]+)*");
  private static final Pattern VERSION =
      Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?");
  private static final Pattern PAIR =
      Pattern.compile("[A-Za-z0-9_.-]+=[A-Za-z0-9_.%-]+(?: [A-Za-z0-9_.%-]+)*");
  private static final String FORM = "Maker/Product/1.2.3 (OS info;HW info;key=value)";

  /**
   * Checks each part.
   *
   * @throws IllegalArgumentException naming the part that is wrong
   */
  public UserAgent {
    more = List.copyOf(more);
    checkWords("maker", maker);
    checkWords("product", product);
    if (!VERSION.matcher(version).matches()) {
      throw wrong("version must be three numbers, such as 1.2.3, 1.2.3-beta or 1.2.3+45");
    }
    checkWords("OS info", os);
    checkWords("HW info", hardware);
    for (int i = 0; i < more.size(); i++) {
      if (!PAIR.matcher(more.get(i)).matches()) {
        throw wrong(
            "field "
                + (i + 3)
                + " in the parentheses must be key=value, of letters, digits and _ - . (in the"
                + " value % too)");
      }
    }
  }

  /**
   * Reads a User-Agent.
   *
   * @throws MalformedException naming the part that is wrong
   */
  public static UserAgent parse(String text) throws MalformedException {
    if (text.length() > MAX_LENGTH) {
      throw malformed("it is longer than " + MAX_LENGTH + " characters");
    }
    int open = text.indexOf(" (");
    if (open < 0 || !text.endsWith(")")) {
      throw malformed("the part in parentheses, after one blank, is missing");
    }
    String[] names = text.substring(0, open).split("/", -1);
    if (names.length != 3) {
      throw malformed("before the parentheses there must be three parts, separated by /");
    }
    String[] fields = text.substring(open + 2, text.length() - 1).split(";", -1);
    if (fields.length < 2) {
      throw malformed("the parentheses must hold OS info and HW info, separated by ;");
    }
    try {
      return new UserAgent(
          names[0],
          names[1],
          names[2],
          fields[0],
          fields[1],
          List.of(fields).subList(2, fields.length));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(maker).append('/').append(product).append('/').append(version);
    text.append(" (").append(os).append(';').append(hardware);
    more.forEach(pair -> text.append(';').append(pair));
    return text.append(')').toString();
  }

  private static void checkWords(String part, String words) {
    if (!WORDS.matcher(words).matches()) {
      throw wrong(
          "the "
              + part
              + (words.isEmpty()
                  ? " is missing"
                  : " must be words of letters, digits and _ - . with one blank between"));
    }
  }

  private static IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(sentence(what));
  }

  private static MalformedException malformed(String what) {
    return new MalformedException(sentence(what));
  }

  private static String sentence(String what) {
    return "User-Agent: " + what + "; the form is " + FORM;
  }
}
