package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Input;
import tools.jackson.databind.JsonNode;

/** What things that wait take of the heap, about. Any thread. */
final class HeapBytes {
  /** Of an object with its place in another, and its name there. */
  private static final int NODE = 64;

  private HeapBytes() {}

  /** Of what a reader of CIC tells: directives may be large, the rest is a few names. */
  static int of(Input input) {
    return switch (input) {
      case Input.Pushed pushed -> of(pushed.directive().payload());
      case Input.Answered answered -> of(answered.directive().payload());
      default -> 0;
    };
  }

  private static int of(JsonNode node) {
    int bytes = NODE + (node.isString() ? of(node.stringValue()) : 0);
    for (JsonNode child : node) {
      bytes += of(child);
    }
    for (String name : node.propertyNames()) {
      bytes += of(name);
    }
    return bytes;
  }

  private static int of(String text) {
    return Character.BYTES * text.length();
  }
}
