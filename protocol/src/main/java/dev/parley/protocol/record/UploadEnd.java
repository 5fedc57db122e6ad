package dev.parley.protocol.record;

import dev.parley.protocol.MalformedException;

/** What ended the sending of a turn. */
public enum UploadEnd {
  /** The user stopped speaking (C22), or the event has no audio (C26). */
  END("end"),
  /** CIC had heard enough (C21). */
  STOP_CAPTURE("stop-capture");

  private final String text;

  UploadEnd(String text) {
    this.text = text;
  }

  static UploadEnd parse(String text) throws MalformedException {
    return switch (text) {
      case "end" -> END;
      case "stop-capture" -> STOP_CAPTURE;
      default -> throw new MalformedException("\"endedBy\" is neither end nor stop-capture");
    };
  }

  /** The word in records. */
  @Override
  public String toString() {
    return text;
  }
}
