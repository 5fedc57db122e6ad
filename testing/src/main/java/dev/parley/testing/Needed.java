package dev.parley.testing;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.opentest4j.TestAbortedException;

/**
 * What a test needs of the machine and a laptop may lack. Where it is missing the test is skipped
 * and says so; with {@code -DNAME=required}, as in CI, it fails.
 */
public enum Needed {
  /** curl, with HTTP/2. */
  CURL,
  /** Node.js and npm. */
  NODE,
  /** Python with Debian's python3-h2. */
  PYTHON,
  /** A Docker engine. */
  CONTAINERS;

  /** Whether it must be there. */
  public boolean isRequired() {
    return "required".equals(System.getProperty(property()));
  }

  private String property() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * Ends a test that can't be run here.
   *
   * @param why what is missing, and how to get it
   * @return nothing: so that callers can throw it
   * @throws AssertionError where it must be there
   * @throws TestAbortedException where it need not
   */
  public RuntimeException missing(String why) {
    if (isRequired()) {
      throw new AssertionError(why + "; -D" + property() + "=required was given");
    }
    // On the console: what System.err takes goes to a file that nobody reads when tests pass.
    new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)
        .println("skipped: " + why);
    throw new TestAbortedException(why);
  }
}
