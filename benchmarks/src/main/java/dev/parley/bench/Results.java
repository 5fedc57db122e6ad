package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;

/** What a run has found so far. One thread. */
final class Results {
  /** Something to know when reading a row. */
  record Note(Row row, String text) {}

  /** A window, and the row that it was measured for. */
  record Measured(Row row, Window window) {}

  private final List<Figure> figures = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private final List<Measured> windows = new ArrayList<>();

  void add(Figure figure) {
    figures.add(figure);
  }

  void note(Row row, String text) {
    notes.add(new Note(row, text));
  }

  Window window(Row row, Window window) {
    windows.add(new Measured(row, window));
    return window;
  }

  List<Figure> figures() {
    return figures;
  }

  List<Note> notes() {
    return notes;
  }

  List<Measured> windows() {
    return windows;
  }
}
