package dev.parley.standin;

/** A directive that comes beside the usual ones. */
public enum Extra {
  /** In the response: a namespace no client knows (C33). */
  UNKNOWN_NAMESPACE,
  /** In the response: the id of a dialog nobody began (C30). */
  STALE_DIALOG,
  /** In the response: no dialog id (C31). */
  NO_DIALOG_ID,
  /** RenderText again on the downchannel, with the messageId of the one in the response. */
  DUPLICATE_MESSAGE,
  /** In the response, last: ExpectSpeech, explicit, 5 s (C25). */
  EXPECT_SPEECH,
  /** On the downchannel, once, after 5 s of audio (C23). */
  KEEP_RECORDING,
  /** On the downchannel, once, with StopCapture (C24). */
  SHOW_RECOGNIZED_TEXT
}
