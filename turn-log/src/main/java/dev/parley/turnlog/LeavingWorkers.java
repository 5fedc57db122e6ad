package dev.parley.turnlog;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Workers whose partitions were taken away and that have something left to finish. Any thread, but
 * for what says otherwise.
 */
final class LeavingWorkers {
  private final Set<PartitionWorker> workers = ConcurrentHashMap.newKeySet();

  /** How many there are. */
  int size() {
    return workers.size();
  }

  /**
   * Takes their partitions away from workers, and waits until they have said what may be committed,
   * unless that is nobody's business any more. The poll thread's.
   *
   * @param deadlineNanos until when it waits for all of them together; not at all once it is
   *     interrupted
   */
  void take(List<PartitionWorker> taken, Taken how, long deadlineNanos) {
    workers.addAll(taken);
    taken.forEach(worker -> worker.take(how));
    if (how != Taken.LOST) {
      try {
        for (PartitionWorker worker : taken) {
          boolean _ = worker.awaitReleased(Math.max(0, deadlineNanos - System.nanoTime()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    // Who had ended before does not say so again.
    taken.stream().filter(PartitionWorker::hasEnded).forEach(workers::remove);
  }

  /** A worker has nothing left. */
  void ended(PartitionWorker worker) {
    workers.remove(worker);
  }

  /** Waits for them; those that are not done by then are told to end. */
  void awaitEnd(long deadlineNanos) throws InterruptedException {
    for (PartitionWorker worker : List.copyOf(workers)) {
      worker.awaitEnd(Math.max(0, deadlineNanos - System.nanoTime()));
    }
  }
}
