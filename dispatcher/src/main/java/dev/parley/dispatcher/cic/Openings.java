package dev.parley.dispatcher.cic;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may open a downchannel next, over all lanes; a virtual thread of its own tells them. Any
 * thread. A {@link Downchannel} is called with no lock held here, and holds none of its own when it
 * calls.
 */
final class Openings implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Openings.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final LongAdder opens = new LongAdder();
  private final LongAdder reopens = new LongAdder();

  // Guarded by lock.
  private final Pace<Downchannel> pace;
  private boolean closed;

  /** {@code perSecond}: how many may be opened a second. */
  Openings(int perSecond) {
    this.pace = new Pace<>(perSecond, System.nanoTime());
    Thread.ofVirtual().name("openings").start(this::run);
  }

  /** Asks for leave to open a downchannel; it is told by {@link Downchannel#mayOpen}. */
  void ask(Downchannel downchannel, boolean hasOpenTurns) {
    List<Downchannel> due;
    lock.lock();
    try {
      pace.ask(downchannel, hasOpenTurns);
      due = closed ? pace.all() : pace.due(System.nanoTime());
      if (pace.waiting() > 0) {
        work.signal();
      }
    } finally {
      lock.unlock();
    }
    due.forEach(Downchannel::mayOpen);
  }

  /** A turn has begun for a device that may be waiting for leave. */
  void hurry(Downchannel downchannel) {
    lock.lock();
    try {
      pace.hurry(downchannel);
    } finally {
      lock.unlock();
    }
  }

  /** It does not want to open a downchannel any more. */
  void forget(Downchannel downchannel) {
    lock.lock();
    try {
      pace.forget(downchannel);
    } finally {
      lock.unlock();
    }
  }

  /** A downchannel is being requested. */
  void begun(boolean again) {
    opens.increment();
    if (again) {
      reopens.increment();
    }
  }

  /** How many wait for leave. */
  int waiting() {
    lock.lock();
    try {
      return pace.waiting();
    } finally {
      lock.unlock();
    }
  }

  long opens() {
    return opens.sum();
  }

  long reopens() {
    return reopens.sum();
  }

  private void run() {
    try {
      for (List<Downchannel> due = awaitDue(); !due.isEmpty(); due = awaitDue()) {
        due.forEach(this::tell);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever one of them throws, the others must hear of it. */
  private void tell(Downchannel downchannel) {
    try {
      downchannel.mayOpen();
    } catch (RuntimeException e) {
      log.error("a downchannel could not be told to open: {}", e.toString(), e);
    }
  }

  /** Who is due next; nobody once it is closed. */
  private List<Downchannel> awaitDue() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        List<Downchannel> due = pace.due(System.nanoTime());
        if (!due.isEmpty()) {
          return due;
        }
        var _ = work.awaitNanos(pace.nanosToNext());
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  /** Whoever waits is let go, and finds that nothing is opened any more. */
  @Override
  public void close() {
    List<Downchannel> left;
    lock.lock();
    try {
      closed = true;
      work.signal();
      left = pace.all();
    } finally {
      lock.unlock();
    }
    left.forEach(this::tell);
  }
}
