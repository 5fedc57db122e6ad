package dev.parley.turnlog;

import java.time.Duration;
import java.util.Optional;

/**
 * A part of Parley that runs until it is told to stop. Made, it opens what needs nobody else, such
 * as its port; started, it works. Whoever runs it starts it, again and again where need be, asks it
 * for its trouble, waits for its end, and closes it.
 *
 * <p>{@link #start} and {@link #close} are called by one thread at a time; the other methods are
 * for any thread, at any time, and answer at once.
 */
public interface Part extends AutoCloseable {
  /**
   * Starts to work. Ends within a quarter of a minute, and at once when the thread is interrupted.
   *
   * @throws StartException when that is not possible; nothing is left half open. While its trouble
   *     is {@link Trouble.Waiting}, another try may go well.
   */
  void start() throws StartException;

  /** What keeps it from working; empty while all is well. */
  Optional<Trouble> trouble();

  /** Waits until it has ended, by itself or closed, and says why if it failed. */
  Optional<Throwable> awaitEnd() throws InterruptedException;

  /**
   * Stops and lets go of everything, started or not.
   *
   * @param drain how long work that has begun may go on
   */
  void close(Duration drain);

  /** Stops without waiting for work that has begun. */
  @Override
  default void close() {
    close(Duration.ZERO);
  }
}
