package dev.parley.dispatcher;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The threads that finish turns of partitions that were given away. Any thread. */
final class Leavers {
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  void start(String name, Runnable finish) {
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(() -> {
              try {
                finish.run();
              } finally {
                threads.remove(Thread.currentThread());
              }
            });
    threads.add(thread);
    thread.start();
  }

  int size() {
    return threads.size();
  }

  /** Waits for them, then tells those that are left to end, and waits for that. */
  void await(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        if (left.isNegative() || !thread.join(left)) {
          thread.interrupt();
        }
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
