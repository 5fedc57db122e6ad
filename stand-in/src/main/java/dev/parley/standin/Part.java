package dev.parley.standin;

import java.util.List;

/** A part of a response. */
sealed interface Part {
  /** A directive as JSON text. */
  record Directive(String json) implements Part {}

  /** Bytes that a {@code cid:} url names (C35); they are not copied and must not change. */
  record Attachment(String contentId, List<byte[]> bytes) implements Part {}
}
