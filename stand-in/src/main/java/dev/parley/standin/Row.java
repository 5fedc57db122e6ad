package dev.parley.standin;

/**
 * The rows of the conformance checklist that a client can be held against; README.md says how, and
 * why the others can't be.
 */
public enum Row {
  /** HTTP/2 only. */
  C1,
  /** The downchannel is opened before any event is sent. */
  C2,
  /** No event before Hello was sent on the downchannel. */
  C3,
  /** One downchannel a client, opened in single flight; two at almost the same moment get 429. */
  C4,
  /** Events travel on the connection of their client's downchannel. */
  C5,
  /** A connection with a downchannel has a PING or a GET /ping every 60 s. */
  C7,
  /** Authorization, User-Agent and, for an event, the multipart Content-Type. */
  C8,
  /** The grammar of User-Agent. */
  C9,
  /** The grammar of X-Clova-Device-Tags, where it is sent. */
  C10,
  /** The metadata part. */
  C11,
  /** The audio parts. */
  C12,
  /** Boundaries and line ends. */
  C13,
  /** No Content-Length on a streamed body. */
  C14,
  /** All audio of a turn in one request. */
  C15,
  /** Sizes of audio parts. */
  C16,
  /** Wake word indices. */
  C17,
  /** The payload of SpeechRecognizer.Recognize. */
  C18,
  /** Namespace, name and ids. */
  C19,
  /** The objects of the context. */
  C20,
  /** After StopCapture the request is finished at once. */
  C21,
  /** An answer to ExpectSpeech bears its dialog id and its expectSpeechId. */
  C25,
  /** TextRecognizer.Recognize has text and no audio. */
  C26
}
