package dev.parley.demo.broker;

import dev.parley.cli.command.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that goes when it is closed, or when the process ends before. A command that cleans up
 * then has it until it is done: a broker that loses its folder ends the process at once.
 */
public final class TemporaryFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

  private static final int TRIES = 20;
  private static final Duration END_OF_USE = Duration.ofSeconds(20);

  private final Path path;
  private final Thread hook;
  private volatile Runnable endOfUse = () -> {};

  private TemporaryFolder(Path path) {
    this.path = path;
    this.hook = new Thread(this::deleteAtEnd, "temporary-folder");
  }

  /** Makes one, the name of which begins with this. */
  public static TemporaryFolder create(String prefix) throws IOException {
    TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory(prefix));
    Runtime.getRuntime().addShutdownHook(folder.hook);
    return folder;
  }

  /** What ends those who use it, if the process ends before they do; they may be ended already. */
  void usedUntil(Runnable end) {
    endOfUse = end;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    delete(path);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the process is ending, and the hook finds nothing to do");
    }
  }

  /** Somebody who still writes into it may need to be told more than once. */
  private void deleteAtEnd() {
    try {
      StopSignal.awaitCleanUp();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    awaitEndOfUse();
    if (!Files.exists(path)) {
      return;
    }
    EmbeddedBroker.logFrom("off");
    for (int tried = 0; tried < TRIES && Files.exists(path); tried++) {
      delete(path);
    }
  }

  private void awaitEndOfUse() {
    Thread ends = Thread.ofPlatform().daemon().start(endOfUse);
    try {
      if (!ends.join(END_OF_USE)) {
        LOG.warn("{} goes while it is still used", path);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What cannot be deleted is left, and not worth more than a line in the log. */
  private static void delete(Path folder) {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("{} is gone or changes", folder, e);
      return;
    }
    for (Path path : deepestFirst) {
      try {
        Files.delete(path);
      } catch (NoSuchFileException e) {
        LOG.debug("{} was gone already", path);
      } catch (IOException e) {
        LOG.debug("{} is left behind", path, e);
      }
    }
  }
}
