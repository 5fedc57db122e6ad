package dev.parley.protocol.record;

import dev.parley.protocol.MalformedException;

/** Which of a device's two streams a directive came on. */
public enum Channel {
  /** The response to the turn's event request. */
  RESPONSE("response"),
  /** The device's downchannel (C2). */
  DOWNCHANNEL("downchannel");

  private final String text;

  Channel(String text) {
    this.text = text;
  }

  static Channel parse(String text) throws MalformedException {
    return switch (text) {
      case "response" -> RESPONSE;
      case "downchannel" -> DOWNCHANNEL;
      default ->
          throw new MalformedException("header \"channel\" is neither response nor downchannel");
    };
  }

  /** The word in records. */
  @Override
  public String toString() {
    return text;
  }
}
