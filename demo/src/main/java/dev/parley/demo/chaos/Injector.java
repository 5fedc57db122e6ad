package dev.parley.demo.chaos;

import dev.parley.cli.command.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int MAX_DELAY_MILLIS = 2_000;

  private final ChaosPlan plan;
  private final Fleet fleet;
  private final Endpoint endpoint;
  private final Recorder recorder;
  private final RandomGenerator random;
  private final List<Injection> done = new ArrayList<>();

  Injector(
      ChaosPlan plan, Fleet fleet, Endpoint endpoint, Recorder recorder, RandomGenerator random) {
    this.plan = plan;
    this.fleet = fleet;
    this.endpoint = endpoint;
    this.recorder = recorder;
    this.random = random;
  }

  /** Waits until enough turns are open and every partition has its owner, then breaks something. */
  Injection inject(Fault fault) throws CommandException, InterruptedException {
    fleet.awaitWhole();
    pass(Duration.ofMillis(random.nextInt(MAX_DELAY_MILLIS)));
    await("too few turns are open", () -> recorder.openTurns() >= plan.openTurns());
    switch (fault) {
      case KILL -> kill();
      case PAUSE -> pause();
      case CLAIM -> claim();
      case ROLLING -> rolling();
      case SCALE -> scale();
      case DOWN -> {
        note(fault, Map.of());
        endpoint.down();
        pass(DOWN);
        endpoint.up();
        pass(WINDOW);
      }
      case RESETS -> {
        note(fault, Map.of());
        endpoint.reset(20);
        endpoint.dropConnections();
        pass(WINDOW);
        endpoint.behave();
      }
      case GOAWAY -> {
        note(fault, Map.of());
        endpoint.goAway();
        pass(WINDOW);
      }
      case STALLS -> {
        note(fault, Map.of());
        endpoint.stall(100);
        pass(WINDOW);
        endpoint.behave();
      }
    }
    return done.getLast();
  }

  private void note(Fault fault, Map<Integer, Long> victim) {
    done.add(new Injection(fault, System.currentTimeMillis(), victim, recorder.open()));
  }

  private void kill() throws CommandException {
    DispatcherProcess victim = fleet.any(random);
    note(Fault.KILL, victim.owners());
    victim.kill();
    fleet.forget(victim);
    fleet.start();
  }

  private void pause() throws CommandException, InterruptedException {
    DispatcherProcess victim = fleet.any(random);
    note(Fault.PAUSE, victim.owners());
    victim.pause();
    pass(pauseLength());
    victim.resume();
    pass(WINDOW);
  }

  private Duration pauseLength() {
    return Duration.ofMillis(random.nextInt(PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
  }

  /** The one that has been there longest makes room. */
  private void claim() throws CommandException, InterruptedException {
    DispatcherProcess oldest = fleet.members().getFirst();
    DispatcherProcess victim = fleet.start();
    await("the new dispatcher claims nothing", () -> victim.isClaiming() || !victim.isAlive());
    note(Fault.CLAIM, victim.owners());
    victim.pause();
    pass(pauseLength());
    victim.resume();
    pass(WINDOW);
    fleet.awaitWhole();
    oldest.terminate();
    fleet.forget(oldest);
  }

  private void rolling() throws CommandException, InterruptedException {
    note(Fault.ROLLING, Map.of());
    for (DispatcherProcess member : fleet.members()) {
      fleet.start();
      member.terminate();
      fleet.forget(member);
      fleet.awaitWhole();
    }
  }

  private void scale() throws CommandException, InterruptedException {
    note(Fault.SCALE, Map.of());
    for (int size : List.of(1, 3, 1, plan.dispatchers())) {
      fleet.scale(size);
      pass(Duration.ofSeconds(3));
    }
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
