package dev.parley.trials.chaos;

import dev.parley.cli.command.CommandException;
import dev.parley.demo.broker.Cluster;
import dev.parley.turnlog.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** Breaks things, one after the other. One thread. */
final class Injector {
  /** Longer than the session time-out of 6 s; some longer than a record may take to be written. */
  private static final int PAUSE_MILLIS = 7_000;

  private static final int LONGEST_PAUSE_MILLIS = 14_000;
  private static final Duration DOWN = Duration.ofSeconds(20);
  private static final Duration WINDOW = Duration.ofSeconds(10);

  /** In which what a dispatcher or the endpoint does when it comes back is seen. */
  private static final Duration AFTERMATH = Duration.ofSeconds(3);

  private static final int RESET_ONE_IN = 20;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /**
   * Faults come at once, and later. Were it always at once, turns would meet the next fault while
   * they are taken over, and those that three dispatchers have begun are closed as poison: with at
   * most 1 s, and a kill every 6.6 s, that became of 2 % of all turns.
   */
  private static final int MAX_DELAY_MILLIS = 4_000;

  private final ChaosPlan plan;
  private final Optional<Cluster> cluster;
  private final Fleet fleet;
  private final Endpoint endpoint;
  private final Recorder recorder;
  private final RandomGenerator random;
  private final List<Injection> done = new ArrayList<>();

  /**
   * Breaks nothing yet.
   *
   * @param cluster the brokers, if one of them may be hurt
   */
  Injector(
      ChaosPlan plan,
      Optional<Cluster> cluster,
      Fleet fleet,
      Endpoint endpoint,
      Recorder recorder,
      RandomGenerator random) {
    this.plan = plan;
    this.cluster = cluster;
    this.fleet = fleet;
    this.endpoint = endpoint;
    this.recorder = recorder;
    this.random = random;
  }

  /** Waits until all is ready, then breaks something; back when that is over. */
  void inject(Fault fault) throws CommandException, InterruptedException {
    awaitReady();
    pass(Duration.ofMillis(random.nextInt(MAX_DELAY_MILLIS)));
    awaitReady();
    strike(fault);
    over();
  }

  private void strike(Fault fault) throws CommandException, InterruptedException {
    switch (fault) {
      case KILL -> kill();
      case PAUSE -> pause();
      case CLAIM -> claim();
      case ROLLING -> rolling();
      case SCALE -> scale();
      case LEADER -> leader(cluster.orElseThrow());
      case DOWN -> {
        note(fault);
        endpoint.down();
        pass(DOWN);
        endpoint.up();
        pass(AFTERMATH);
      }
      case AWAY -> {
        note(fault);
        endpoint.away();
        pass(DOWN);
        endpoint.behave();
        pass(AFTERMATH);
      }
      case RESETS -> {
        note(fault);
        endpoint.reset(RESET_ONE_IN);
        endpoint.dropConnections();
        pass(WINDOW);
        endpoint.behave();
      }
      case GOAWAY -> {
        note(fault);
        endpoint.goAway();
        pass(AFTERMATH);
      }
      case STALLS -> {
        note(fault);
        endpoint.stall(plan.stallOneIn());
        pass(WINDOW);
        endpoint.behave();
      }
    }
  }

  /** Back when every partition has its owner and enough turns are open. */
  void awaitReady() throws CommandException, InterruptedException {
    fleet.awaitWhole();
    await("too few turns are open", () -> recorder.openTurns() >= plan.openTurns());
  }

  /** It hits no dispatcher. */
  private void note(Fault fault) {
    note(fault, Map.of(), Set.of());
  }

  private void note(Fault fault, Map<Integer, Long> victim, Set<Integer> leaving) {
    over();
    done.add(new Injection(fault, System.currentTimeMillis(), victim, leaving, recorder.open()));
  }

  /** What was broken last stands again. */
  private void over() {
    if (!done.isEmpty() && !done.getLast().isOver()) {
      done.add(done.removeLast().over(endpoint.takeSpoiled()));
    }
  }

  private void kill() throws CommandException {
    DispatcherProcess victim = fleet.any(random);
    note(Fault.KILL, victim.owners(), victim.leaving());
    victim.kill();
    fleet.forget(victim);
    fleet.start();
  }

  private void pause() throws CommandException, InterruptedException {
    DispatcherProcess victim = fleet.any(random);
    note(Fault.PAUSE, victim.owners(), victim.leaving());
    victim.pause();
    pass(pauseLength());
    victim.resume();
    pass(AFTERMATH);
  }

  private Duration pauseLength() {
    return Duration.ofMillis(random.nextInt(PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
  }

  /** The one that has been there longest makes room. */
  private void claim() throws CommandException, InterruptedException {
    DispatcherProcess oldest = fleet.members().getFirst();
    DispatcherProcess victim = fleet.start();
    await("the new dispatcher claims nothing", () -> victim.isClaiming() || !victim.isAlive());
    note(Fault.CLAIM, victim.owners(), victim.leaving());
    victim.pause();
    pass(pauseLength());
    victim.resume();
    pass(AFTERMATH);
    fleet.awaitWhole();
    oldest.terminate();
    fleet.forget(oldest);
  }

  private void rolling() throws CommandException, InterruptedException {
    for (DispatcherProcess member : fleet.members()) {
      fleet.start();
      stop(Fault.ROLLING, member);
      awaitReady();
    }
  }

  private void scale() throws CommandException, InterruptedException {
    for (int size : List.of(1, 3, 1, plan.dispatchers())) {
      while (fleet.members().size() < size) {
        fleet.start();
      }
      while (fleet.members().size() > size) {
        stop(Fault.SCALE, fleet.members().getLast());
      }
      awaitReady();
    }
  }

  private void stop(Fault fault, DispatcherProcess member) throws InterruptedException {
    note(fault, member.owners(), member.leaving());
    fleet.forget(member);
    member.terminate();
  }

  /** The controller that leads is most often another node than the partition's leader. */
  private void leader(Cluster brokers) throws CommandException, InterruptedException {
    int partition = random.nextInt(plan.partitions());
    int victim =
        switch (random.nextInt(3)) {
          case 0 -> brokers.controller();
          case 1 -> brokers.leader(Topics.DEFAULT.speech(), partition);
          default -> brokers.leader(Topics.DEFAULT.ledger(), partition);
        };
    note(Fault.LEADER);
    brokers.kill(victim);
    pass(WINDOW);
    brokers.revive(victim);
    brokers.awaitWhole();
  }

  private static void await(String otherwise, BooleanSupplier condition)
      throws CommandException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new CommandException(otherwise + " after " + LIMIT.toSeconds() + " s");
      }
      pass(Duration.ofMillis(5));
    }
  }

  private static void pass(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(left);
    }
  }

  /** What was broken so far, in order. */
  List<Injection> done() {
    return List.copyOf(done);
  }
}
