package dev.parley.standin;

/**
 * What is known of an event once its metadata has come; a script is chosen by it.
 *
 * @param client who sends it
 * @param dialogRequestId empty if it has none
 * @param messageId the event's own id
 * @param event namespace and name, such as {@code SpeechRecognizer.Recognize}
 */
public record TurnStart(ClientId client, String dialogRequestId, String messageId, String event) {
  static final String SPEECH = "SpeechRecognizer.Recognize";
  static final String TEXT = "TextRecognizer.Recognize";

  /** Whether this is the speech Recognize event. */
  public boolean isSpeech() {
    return event.equals(SPEECH);
  }

  /** Whether this is one of the two Recognize events: a turn. */
  public boolean isRecognize() {
    return isSpeech() || event.equals(TEXT);
  }
}
