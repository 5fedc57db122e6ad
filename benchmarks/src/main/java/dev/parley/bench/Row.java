package dev.parley.bench;

import java.util.Arrays;
import java.util.Optional;

/** What can be measured, in the order in which it is. */
enum Row {
  P1("P1", "a dispatcher's CPU per chunk", true),
  P1B("P1b", "what the queue costs", false),
  P2("P2", "delay of a chunk", true),
  P4("P4", "most real-time dialogs", false),
  P8("P8", "CPU while most open dialogs are silent", false),
  P6("P6", "hand-over of an owner's turns", false);

  private final String label;
  private final String title;
  private final boolean hasTls;

  Row(String label, String title, boolean hasTls) {
    this.label = label;
    this.title = title;
    this.hasTls = hasTls;
  }

  String title() {
    return title;
  }

  /** Whether it is measured over this transport. */
  boolean has(Transport transport) {
    return transport == Transport.CLEAR || hasTls;
  }

  /** Whether two builds can be compared in it. */
  boolean comparesBuilds() {
    return this == P1 || this == P2 || this == P4;
  }

  /** Whether they are, unless the rows are named: some take long. */
  boolean comparesBuildsUnasked() {
    return this == P1 || this == P2;
  }

  /** The row of this name, in either case. */
  static Optional<Row> of(String name) {
    return Arrays.stream(values()).filter(row -> row.label.equalsIgnoreCase(name)).findFirst();
  }

  @Override
  public String toString() {
    return label;
  }
}
