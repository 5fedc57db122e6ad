package dev.parley.dispatcher.cic;

import dev.parley.protocol.message.Directive;

/** Told what arrives on one stream from CIC, in order, on the stream's reading thread. */
public interface Receiver {
  /** A directive; its JSON was whole. */
  void directive(Directive directive);

  /** An attachment begins; its first piece is stored at {@code offset}. */
  void attachmentBegun(String attachment, String contentId, String contentType, long offset);

  /** An attachment has come to its end, or broke off. */
  void attachmentEnded(String attachment, long length, String sha256, boolean whole);

  /** A part was passed over (C33). */
  void ignored(String reason);
}
