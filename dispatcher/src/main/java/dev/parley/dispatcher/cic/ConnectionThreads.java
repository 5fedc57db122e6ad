package dev.parley.dispatcher.cic;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for OkHttp, which reads each connection on one of its own. Platform threads read for
 * less, but there may be tens of thousands of connections: beyond some hundreds, threads are
 * virtual.
 */
final class ConnectionThreads implements ThreadFactory {
  private static final int PLATFORM = 500;

  private final AtomicInteger platform = new AtomicInteger();

  @Override
  public Thread newThread(Runnable task) {
    if (platform.incrementAndGet() > PLATFORM) {
      platform.decrementAndGet();
      return Thread.ofVirtual().name("okhttp").unstarted(task);
    }
    return Thread.ofPlatform()
        .name("okhttp")
        .daemon()
        .unstarted(() -> {
          try {
            task.run();
          } finally {
            platform.decrementAndGet();
          }
        });
  }
}
