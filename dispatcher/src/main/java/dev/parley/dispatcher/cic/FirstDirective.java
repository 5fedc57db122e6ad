package dev.parley.dispatcher.cic;

import dev.parley.protocol.message.Directive;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the first directive of a stream and lets all else go. */
final class FirstDirective implements Receiver {
  private @Nullable Directive first;

  Optional<Directive> directive() {
    return Optional.ofNullable(first);
  }

  @Override
  public void directive(Directive directive) {
    if (first == null) {
      first = directive;
    }
  }

  @Override
  public void attachmentBegun(
      String attachment, String contentId, String contentType, long offset) {}

  @Override
  public void attachmentEnded(String attachment, long length, String sha256, boolean whole) {}

  @Override
  public void ignored(String reason) {}
}
