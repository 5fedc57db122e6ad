package dev.parley.turnlog;

/** How a partition is taken away. */
enum Taken {
  /** The group gives it to another process. */
  REVOKED,

  /** This process stops. */
  STOPPING,

  /** It is another's already. */
  LOST
}
