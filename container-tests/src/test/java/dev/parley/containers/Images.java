package dev.parley.containers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.testcontainers.utility.DockerImageName;

/**
 * The images that the tests run: those that {@code deploy/images} makes, or the ones that {@code
 * -Dimage.parley}, {@code -Dimage.stand-in} and {@code -Dimage.kafka} name.
 */
enum Images {
  PARLEY("parley"),
  STAND_IN("stand-in"),
  KAFKA("kafka");

  /** The repository's top folder. */
  static final Path TOP = Path.of("..").toAbsolutePath().normalize();

  private static final Duration WITHIN = Duration.ofMinutes(6);

  private static boolean made;

  private final String property;

  Images(String property) {
    this.property = "image." + property;
  }

  DockerImageName image() {
    String local = this == PARLEY ? "parley" : "parley-" + property.substring("image.".length());
    return DockerImageName.parse(System.getProperty(property, local + ":local"));
  }

  /** Makes those that are missing or old, once, from the jars that were packaged before. */
  static synchronized void make() throws IOException {
    if (made) {
      return;
    }
    ProcessBuilder script =
        new ProcessBuilder(TOP.resolve("deploy/images").toString(), "--built").inheritIO();
    script.environment().put("JAVA_HOME", System.getProperty("java.home"));
    try {
      Process process = script.start();
      if (!process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        process.destroy();
        throw new IOException("deploy/images has not ended after " + WITHIN.toMinutes() + " min");
      }
      if (process.exitValue() != 0) {
        throw new IOException("deploy/images has failed with status " + process.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while images were made", e);
    }
    made = true;
  }
}
