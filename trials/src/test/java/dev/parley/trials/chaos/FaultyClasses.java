package dev.parley.trials.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles a class of Parley's with a fault in it, for a process to load in its place. */
public final class FaultyClasses {
  private FaultyClasses() {}

  /**
   * Plants faults in a class.
   *
   * @param source of the class, from the project's folder on
   * @param faults by the sound text that stands in it once, what stands there instead
   * @param into an empty folder
   * @return the folder to put first on the class path
   */
  public static Path compile(String source, Map<String, String> faults, Path into)
      throws IOException {
    Path project = Path.of("").toAbsolutePath();
    while (!Files.exists(project.resolve(source))) {
      if (project.getParent() == null) {
        throw new IllegalStateException("no folder above this one has " + source);
      }
      project = project.getParent();
    }
    String text = Files.readString(project.resolve(source));
    for (Map.Entry<String, String> fault : faults.entrySet()) {
      int at = text.indexOf(fault.getKey());
      if (at < 0 || at != text.lastIndexOf(fault.getKey())) {
        throw new IllegalStateException(
            "\"" + fault.getKey() + "\" does not stand in " + source + " once: plant it anew");
      }
      text = text.replace(fault.getKey(), fault.getValue());
    }
    Path copy = into.resolve("source").resolve(Path.of(source).getFileName());
    Path classes = into.resolve("classes");
    Files.createDirectories(copy.getParent());
    Files.createDirectories(classes);
    Files.writeString(copy, text);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of(
                      "-d",
                      classes.toString(),
                      "-cp",
                      System.getProperty("java.class.path"),
                      "-proc:none"),
                  null,
                  files.getJavaFileObjects(copy))
              .call();
      if (!compiled) {
        throw new IllegalStateException(said.toString());
      }
    }
    return classes;
  }
}
