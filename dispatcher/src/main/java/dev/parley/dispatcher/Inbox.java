package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Input;

/** Takes what happens elsewhere to a {@link Tenure}, for its partition's thread. Any thread. */
interface Inbox {
  /** Never waits; in the order posted. What an ended tenure is told is void. */
  void post(Input input);

  /**
   * The same for a reader of what CIC sends, which is kept waiting while the partition is behind.
   */
  void postWhenRoom(Input input);

  /** What a reader's thread could not do costs the tenure. */
  void failed(Throwable cause);
}
