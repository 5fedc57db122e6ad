package dev.parley.trials.chaos;

import dev.parley.cli.command.CommandException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** The dispatchers of a run. One thread. */
final class Fleet implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final long LOOK_EVERY_NANOS = 50_000_000;

  private final List<DispatcherProcess> members = new ArrayList<>();

  /** Those that are members no more, too: they may not have ended yet. */
  private final List<DispatcherProcess> all = new ArrayList<>();

  private final List<String> arguments;
  private final Optional<Path> classes;
  private final Path logs;
  private final int partitions;
  private final List<String> ended = new ArrayList<>();
  private int started;

  /**
   * An empty one.
   *
   * @param arguments of each dispatcher
   * @param classes a folder with classes in the place of its own
   */
  Fleet(List<String> arguments, Optional<Path> classes, Path logs, int partitions) {
    this.arguments = List.copyOf(arguments);
    this.classes = classes;
    this.logs = logs;
    this.partitions = partitions;
  }

  DispatcherProcess start() throws CommandException {
    DispatcherProcess process =
        DispatcherProcess.start("dispatcher-" + ++started, arguments, classes, logs);
    members.add(process);
    all.add(process);
    return process;
  }

  List<DispatcherProcess> members() {
    return List.copyOf(members);
  }

  /** One that holds partitions. */
  DispatcherProcess any(RandomGenerator random) {
    List<DispatcherProcess> busy = members.stream().filter(m -> !m.owners().isEmpty()).toList();
    List<DispatcherProcess> choice = busy.isEmpty() ? members : busy;
    return choice.get(random.nextInt(choice.size()));
  }

  /** It is a member no more. */
  void forget(DispatcherProcess process) {
    members.remove(process);
  }

  /** Back when every partition is taken over and every member has at least one. */
  void awaitWhole() throws CommandException, InterruptedException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!isWhole()) {
      replaceTheDead();
      if (System.nanoTime() - deadline > 0) {
        throw new CommandException(
            "the dispatchers do not share all partitions after "
                + READY_WITHIN.toSeconds()
                + " s: "
                + members.stream().map(m -> m.name() + " " + m.owners()).toList());
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  /** As whoever runs dispatchers would: one that ends by itself is started again. */
  private void replaceTheDead() throws CommandException {
    for (DispatcherProcess member : List.copyOf(members)) {
      if (!member.isAlive()) {
        members.remove(member);
        ended.add(member.name());
        start();
      }
    }
  }

  /** Those that ended though nobody told them to; their logs say why. */
  List<String> endedByThemselves() {
    return List.copyOf(ended);
  }

  private boolean isWhole() {
    Set<Integer> held = new HashSet<>();
    int sum = 0;
    for (DispatcherProcess member : members) {
      Set<Integer> owned = member.owners().keySet();
      held.addAll(owned);
      sum += owned.size();
      if (owned.isEmpty()) {
        return false;
      }
    }
    return held.size() == partitions && sum == partitions;
  }

  @Override
  public void close() {
    all.forEach(DispatcherProcess::close);
    all.clear();
    members.clear();
  }
}
