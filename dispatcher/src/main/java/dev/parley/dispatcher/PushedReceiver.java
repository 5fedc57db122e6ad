package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.Receiver;
import dev.parley.dispatcher.flow.Input;
import dev.parley.protocol.message.Directive;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a tenure what a device's downchannel brings. The threads of its readers. */
final class PushedReceiver implements Receiver {
  private static final Logger log = LoggerFactory.getLogger(PushedReceiver.class);

  private final String device;
  private final Inbox inbox;
  private final DispatcherMetrics metrics;

  PushedReceiver(String device, Inbox inbox, DispatcherMetrics metrics) {
    this.device = device;
    this.inbox = inbox;
    this.metrics = metrics;
  }

  @Override
  public void directive(Directive directive) {
    inbox.postWhenRoom(new Input.Pushed(device, directive));
  }

  @Override
  public void attachmentBegun(String name, String contentId, String contentType, long offset) {
    inbox.postWhenRoom(
        new Input.AttachmentBegun(device, Optional.empty(), name, contentId, contentType, offset));
  }

  @Override
  public void attachmentEnded(String name, long length, String sha256, boolean whole) {
    inbox.postWhenRoom(
        new Input.AttachmentEnded(device, Optional.empty(), name, length, sha256, whole));
  }

  @Override
  public void ignored(String reason) {
    log.info("device {}: a part of its downchannel was passed over: {}", device, reason);
    metrics.ignoredPart();
  }
}
