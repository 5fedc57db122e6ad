package dev.parley.router.delivery;

import dev.parley.router.queue.Delivery;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What lies between the poll thread and one connection's virtual thread: bounded, and cut when the
 * device does not read. What overtakes the queue overtakes it here too.
 *
 * <p>Lock rule: one lock, never held during a write.
 */
final class EventStream implements Outlet {
  private final int most;
  private final Thread writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Delivery> overtaking = new ArrayDeque<>();
  private final ArrayDeque<Delivery> queued = new ArrayDeque<>();
  private Optional<End> end = Optional.empty();
  private boolean left;

  /** What the writer is to do next. */
  sealed interface Step {
    record Write(Delivery delivery) implements Step {}

    record Finish(End why) implements Step {}

    /** Nothing happened for as long as the writer wanted to wait. */
    record Heartbeat() implements Step {}
  }

  /**
   * @param most deliveries that may lie here
   * @param writer the thread that will call {@link #next}; interrupted when the stream is cut
   */
  EventStream(int most, Thread writer) {
    this.most = most;
    this.writer = writer;
  }

  @Override
  public void send(Delivery delivery) {
    lock.lock();
    try {
      if (end.isPresent()) {
        return;
      }
      if (overtaking.size() + queued.size() >= most) {
        cut();
        return;
      }
      (delivery.cursor().isPresent() ? queued : overtaking).add(delivery);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void cut() {
    end = Optional.of(End.TOO_SLOW);
    overtaking.clear();
    queued.clear();
    interruptWriter();
  }

  /** The writer may be stuck in a write to a device that does not read. */
  private void interruptWriter() {
    if (!left) {
      writer.interrupt();
    }
  }

  @Override
  public void end(End why) {
    lock.lock();
    try {
      if (end.isEmpty()) {
        end = Optional.of(why);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The client has gone away. */
  void abandon() {
    lock.lock();
    try {
      interruptWriter();
    } finally {
      lock.unlock();
    }
  }

  Step next(long timeout, TimeUnit unit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = unit.toNanos(timeout);
      while (true) {
        Delivery delivery = overtaking.isEmpty() ? queued.poll() : overtaking.poll();
        if (delivery != null) {
          return new Step.Write(delivery);
        }
        if (end.isPresent()) {
          return new Step.Finish(end.get());
        }
        if (nanos <= 0) {
          return new Step.Heartbeat();
        }
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The writer leaves, and is not to be interrupted any more. */
  Optional<End> leave() {
    lock.lock();
    try {
      left = true;
      boolean _ = Thread.interrupted();
      return end;
    } finally {
      lock.unlock();
    }
  }
}
