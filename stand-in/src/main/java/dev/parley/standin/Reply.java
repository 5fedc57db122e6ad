package dev.parley.standin;

/** What the stand-in answers to an event. */
public sealed interface Reply {
  /**
   * RenderText, and a Speak whose attachment is the audio that was received (for a text turn a
   * short tone).
   */
  Reply ECHO = new Echo(Attachment.AFTER_DIRECTIVE);

  /** 204 without a body. */
  Reply NO_CONTENT = new NoContent();

  /** No response at all; the stream stays open until the client gives up. */
  Reply HANG = new Hang();

  /** An error in the default shape. */
  static Reply status(int status) {
    return new Failure(status, Shape.WRAPPED);
  }

  /**
   * 200 with directives.
   *
   * @param attachment where the audio goes
   */
  record Echo(Attachment attachment) implements Reply {}

  /** 204. */
  record NoContent() implements Reply {}

  /**
   * An error status with a System.Exception (C38).
   *
   * @param status 400 to 599
   * @param shape how the exception is written
   */
  record Failure(int status, Shape shape) implements Reply {
    public Failure {
      if (status < 400 || status > 599) {
        throw new IllegalArgumentException("no error status: " + status);
      }
    }
  }

  /** Silence. */
  record Hang() implements Reply {}

  /** Where the attachment of Speak goes (C35). */
  enum Attachment {
    AFTER_DIRECTIVE,
    BEFORE_DIRECTIVE,
    /** Its {@code cid:} url names a part that never comes. */
    MISSING,
    /** On the downchannel, while the directive is in the response. */
    ON_DOWNCHANNEL
  }

  /** How a System.Exception is written. */
  enum Shape {
    /** A JSON body, {@code {"directive":{"header":...,"payload":...}}}. */
    WRAPPED,
    /** A JSON body, {@code {"header":...,"payload":...}}. */
    BARE,
    /** Wrapped, as a part of a multipart body. */
    WRAPPED_PART,
    /** Bare, as a part of a multipart body. */
    BARE_PART
  }
}
