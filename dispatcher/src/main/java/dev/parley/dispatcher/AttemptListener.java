package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.EventCall;
import dev.parley.dispatcher.flow.Input;
import dev.parley.dispatcher.flow.Input.AttemptOf;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Ending;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a tenure what becomes of one event request. The threads of the request. */
final class AttemptListener implements EventCall.Listener {
  private static final Logger log = LoggerFactory.getLogger(AttemptListener.class);

  private final TurnId turn;
  private final Attempt attempt;
  private final Inbox inbox;
  private final DispatcherMetrics metrics;

  AttemptListener(TurnId turn, Attempt attempt, Inbox inbox, DispatcherMetrics metrics) {
    this.turn = turn;
    this.attempt = attempt;
    this.inbox = inbox;
    this.metrics = metrics;
  }

  @Override
  public void requested() {
    inbox.post(new Input.Requested(turn, attempt));
  }

  @Override
  public void uploaded() {
    inbox.post(new Input.Uploaded(turn, attempt));
  }

  @Override
  public void uploadRefused() {
    inbox.post(new Input.UploadRefused(turn, attempt));
  }

  @Override
  public void directive(Directive directive) {
    inbox.postWhenRoom(new Input.Answered(turn, attempt, directive));
  }

  @Override
  public void attachmentBegun(String name, String contentId, String contentType, long offset) {
    inbox.postWhenRoom(
        new Input.AttachmentBegun(
            turn.device(),
            Optional.of(new AttemptOf(turn, attempt)),
            name,
            contentId,
            contentType,
            offset));
  }

  @Override
  public void attachmentEnded(String name, long length, String sha256, boolean whole) {
    inbox.postWhenRoom(
        new Input.AttachmentEnded(
            turn.device(), Optional.of(new AttemptOf(turn, attempt)), name, length, sha256, whole));
  }

  @Override
  public void ignored(String reason) {
    log.info("turn {}: a part of its response was passed over: {}", turn, reason);
    metrics.ignoredPart();
  }

  @Override
  public void ended(int status, Optional<Directive> error, long retryAfterMillis) {
    inbox.post(new Input.ResponseEnded(turn, attempt, status, error, retryAfterMillis));
  }

  @Override
  public void broken(Ending ending, String detail, boolean mayHeal) {
    inbox.post(new Input.Broken(turn, attempt, ending, detail, mayHeal));
  }
}
