package dev.parley.standin;

/** How the stand-in takes a turn's upload, from its first audio on. */
public enum Upload {
  /** As it comes. */
  READ,
  /**
   * The stream's flow-control window is never filled up again: when it is used up, the client can
   * write no more of this turn. Other streams are none the worse.
   */
  STOP_READING,
  /**
   * The connection's window is not filled up again while the turn's stream is open: when it is used
   * up, the client can write nothing on this connection.
   */
  HOLD_CONNECTION_WINDOW
}
