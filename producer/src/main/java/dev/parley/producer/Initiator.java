package dev.parley.producer;

/** What made the device listen (C17, C18). */
public sealed interface Initiator {
  /** A button was tapped. */
  record Tap() implements Initiator {}

  /** A button is held while speaking. */
  record PressAndHold() implements Initiator {}

  /**
   * The wake word was heard. The audio includes it and begins 300 ms (4,800 samples) before it.
   *
   * @param startIndexInSamples where in the audio it starts, from 0
   * @param endIndexInSamples where it ends, after its start
   */
  record WakeWord(long startIndexInSamples, long endIndexInSamples) implements Initiator {
    public WakeWord {
      if (startIndexInSamples < 0 || endIndexInSamples <= startIndexInSamples) {
        throw new IllegalArgumentException(
            "a wake word's samples are 0 <= start < end, not "
                + startIndexInSamples
                + " to "
                + endIndexInSamples
                + " (C17)");
      }
    }
  }
}
