package dev.parley.trials.chaos;

import java.util.Arrays;
import java.util.Optional;

/** A way to break things. */
enum Fault {
  KILL("kill", "kill -9 of a dispatcher; another is started"),
  PAUSE("pause", "SIGSTOP of a dispatcher past its session time-out, then SIGCONT"),
  CLAIM("claim", "SIGSTOP of a new dispatcher while it claims partitions, then SIGCONT"),
  ROLLING("rolling", "each dispatcher in turn is stopped with SIGTERM and replaced"),
  SCALE("scale", "one dispatcher, then three, then one, then as many as before"),
  LEADER("leader", "kill -9 of a broker of three that leads a partition or the brokers"),
  DOWN("down", "the endpoint is gone for 20 s"),
  AWAY("away", "for 20 s the endpoint answers everything with 503"),
  RESETS("resets", "all connections break; for 10 s one answer in 20 is reset"),
  GOAWAY("goaway", "the endpoint sends GOAWAY on every connection"),
  STALLS(
      "stalls",
      "for 10 s, of 100 turns one is never answered, one not read, and one stops its connection");

  private final String word;
  private final String description;

  Fault(String word, String description) {
    this.word = word;
    this.description = description;
  }

  String word() {
    return word;
  }

  String description() {
    return description;
  }

  static Optional<Fault> of(String word) {
    return Arrays.stream(values()).filter(f -> f.word.equals(word)).findFirst();
  }
}
