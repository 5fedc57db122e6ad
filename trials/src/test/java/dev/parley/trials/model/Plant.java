package dev.parley.trials.model;

/** A fault put in on purpose, which the oracle must see. */
enum Plant {
  NONE,
  /** The commit is the position, as if no turn were ever open. */
  COMMITS_ALL_THAT_WAS_READ,
  /** The router is not shown the claims. */
  ROUTER_IGNORES_CLAIMS,
  /** Whoever takes over looks for the highest number only. */
  BLIND_TAKE_OVER
}
