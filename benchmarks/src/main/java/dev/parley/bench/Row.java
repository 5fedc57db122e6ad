package dev.parley.bench;

import java.util.Arrays;
import java.util.Optional;

/** What can be measured. */
enum Row {
  P1("CPU per chunk"),
  P2("delay of a chunk"),
  P4("most real-time dialogs"),
  P6("hand-over of an owner's turns"),
  P8("CPU per chunk while most open dialogs are silent");

  private final String title;

  Row(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** The row of this name, in either case. */
  static Optional<Row> of(String name) {
    return Arrays.stream(values()).filter(row -> row.name().equalsIgnoreCase(name)).findFirst();
  }
}
