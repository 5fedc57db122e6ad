package dev.parley.trials.chaos;

import java.util.Arrays;
import java.util.Optional;

/** A way to break things. */
enum Fault {
  KILL("kill", true, "kill -9 of a dispatcher; another is started"),
  PAUSE("pause", true, "SIGSTOP of a dispatcher past its session time-out, then SIGCONT"),
  CLAIM("claim", true, "SIGSTOP of a new dispatcher while it claims partitions, then SIGCONT"),
  ROLLING("rolling", true, "each dispatcher in turn is stopped with SIGTERM and replaced"),
  SCALE("scale", true, "one dispatcher, then three, then one, then as many as before"),
  LEADER("leader", true, "kill -9 of a broker of three that leads a partition or the brokers"),
  DOWN("down", false, "the endpoint is gone for 20 s"),
  AWAY("away", false, "for 20 s the endpoint answers everything with 503"),
  RESETS("resets", false, "all connections break; for 10 s one answer in 20 is reset"),
  GOAWAY("goaway", false, "the endpoint sends GOAWAY on every connection"),
  STALLS(
      "stalls",
      false,
      "for 10 s, of 100 turns one is never answered, one not read, and one stops its connection");

  private final String word;
  private final boolean healthyEndpoint;
  private final String description;

  Fault(String word, boolean healthyEndpoint, String description) {
    this.word = word;
    this.healthyEndpoint = healthyEndpoint;
    this.description = description;
  }

  String word() {
    return word;
  }

  /** Whether the endpoint stays well, so that turns should too. */
  boolean hasHealthyEndpoint() {
    return healthyEndpoint;
  }

  String description() {
    return description;
  }

  static Optional<Fault> of(String word) {
    return Arrays.stream(values()).filter(f -> f.word.equals(word)).findFirst();
  }
}
