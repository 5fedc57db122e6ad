package dev.parley.trials;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Classes that can be read in one sitting, and that do not hang together in large circles. */
final class HousesTest {
  private static final int MOST_LINES = 320;
  private static final int USUAL_LINES = 180;
  private static final int MOST_IN_A_CIRCLE = 4;

  /** The folders of main code that keep to these lines; dispatcher's {@code cic} does not yet. */
  private static final List<String> FOLDERS =
      List.of(
          "turn-log/src/main/java/dev/parley/turnlog",
          "turn-log/src/main/java/dev/parley/turnlog/story",
          "dispatcher/src/main/java/dev/parley/dispatcher",
          "dispatcher/src/main/java/dev/parley/dispatcher/flow");

  private static final List<String> PACKAGES =
      List.of(
          "dev.parley.turnlog",
          "dev.parley.turnlog.story",
          "dev.parley.dispatcher",
          "dev.parley.dispatcher.flow");

  private static Path project() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("turn-log/pom.xml"))) {
      folder = Optional.ofNullable(folder.getParent()).orElseThrow();
    }
    return folder;
  }

  private static Map<String, Integer> sizes() throws IOException {
    Map<String, Integer> sizes = new TreeMap<>();
    for (String folder : FOLDERS) {
      try (Stream<Path> files = Files.list(project().resolve(folder))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          sizes.put(String.valueOf(file.getFileName()), Files.readAllLines(file).size());
        }
      }
    }
    return sizes;
  }

  @Test
  void noFileIsLongerThanOneSitting() throws Exception {
    assertThat(sizes())
        .hasSizeGreaterThan(100)
        .allSatisfy((file, lines) -> assertThat(lines).as(file).isLessThanOrEqualTo(MOST_LINES));
  }

  @Test
  void nineFilesInTenAreShort() throws Exception {
    Map<String, Integer> sizes = sizes();
    List<String> longer =
        sizes.entrySet().stream()
            .filter(size -> size.getValue() > USUAL_LINES)
            .map(Map.Entry::getKey)
            .toList();
    assertThat(longer).as("over %d lines", USUAL_LINES).hasSizeLessThanOrEqualTo(sizes.size() / 10);
  }

  @Test
  void noCircleHasMoreThanFourClasses() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PACKAGES);
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass one : classes) {
      if (PACKAGES.contains(one.getPackageName())) {
        Set<String> used = uses.computeIfAbsent(outer(one.getName()), name -> new TreeSet<>());
        one.getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass().getBaseComponentType())
            .filter(target -> PACKAGES.contains(target.getPackageName()))
            .map(target -> outer(target.getName()))
            .forEach(used::add);
      }
    }
    assertThat(uses).hasSizeGreaterThan(100);
    assertThat(new Circles(uses).found())
        .allSatisfy(circle -> assertThat(circle).hasSizeLessThanOrEqualTo(MOST_IN_A_CIRCLE));
  }

  private static String outer(String name) {
    int inner = name.indexOf('$');
    return inner < 0 ? name : name.substring(0, inner);
  }

  /** Classes that can be reached from each other, by Tarjan's way. */
  private static final class Circles {
    private final Map<String, Set<String>> uses;
    private final Map<String, Integer> number = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final Set<String> onPath = new HashSet<>();
    private final List<Set<String>> found = new ArrayList<>();

    Circles(Map<String, Set<String>> uses) {
      this.uses = uses;
      uses.keySet()
          .forEach(one -> {
            if (!number.containsKey(one)) {
              visit(one);
            }
          });
    }

    List<Set<String>> found() {
      return found;
    }

    private void visit(String one) {
      number.put(one, number.size());
      lowest.put(one, number.get(one));
      path.push(one);
      onPath.add(one);
      for (String used : uses.getOrDefault(one, Set.of())) {
        if (!number.containsKey(used)) {
          visit(used);
          lowest.merge(one, lowest.get(used), Math::min);
        } else if (onPath.contains(used)) {
          lowest.merge(one, number.get(used), Math::min);
        }
      }
      if (lowest.get(one).equals(number.get(one))) {
        Set<String> circle = new TreeSet<>();
        String last;
        do {
          last = path.pop();
          onPath.remove(last);
          circle.add(last);
        } while (!last.equals(one));
        found.add(circle);
      }
    }
  }
}
