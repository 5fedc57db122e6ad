package dev.parley.dispatcher;

import dev.parley.turnlog.LogWriter;
import dev.parley.turnlog.ReplayReader;

/** What a {@link Tenure} needs of the partition that it is about. */
interface PartitionDesk {
  /** Runs this on the partition's thread, in the order posted. Any thread. */
  void post(Runnable task);

  /**
   * The same for readers of what CIC sends: waits while much of theirs waits already.
   *
   * @param bytes what the task keeps of the heap, about
   */
  void postWhenRoom(Runnable task, int bytes) throws InterruptedException;

  /** The tenure is void: the partition must be claimed anew. */
  void startOver(String reason);

  LogWriter ledger();

  /** Reads the speech of the partition again. */
  ReplayReader speech();

  /** The record at this offset goes to the dead letters, and holds the commit until it has. */
  void setAside(long offset, String reason);

  /** Waits on a reader's thread until there is room in memory for so many bytes more. */
  void awaitRoom(int bytes);

  /** Bytes that waited for are in a turn's hands now. */
  void roomTaken(int bytes);
}
