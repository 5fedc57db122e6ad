package dev.parley.demo;

import dev.parley.cli.device.Conversation;
import dev.parley.cli.device.DeviceEvent;
import dev.parley.cli.device.RouterClient;
import dev.parley.cli.speak.Narration;
import dev.parley.cli.speak.Timeline;
import dev.parley.producer.Ack;
import dev.parley.producer.Spoken;
import dev.parley.protocol.message.Directive;

/** Tells a turn to people and notes when the device heard what. */
final class Watcher implements Conversation.Observer {
  private final Narration narration;
  private final Latencies latencies = new Latencies();

  Watcher(Timeline timeline) {
    this.narration = new Narration(timeline);
  }

  Latencies latencies() {
    return latencies;
  }

  @Override
  public void listening() {
    narration.listening();
  }

  @Override
  public void published(Ack ack) {
    narration.published(ack);
  }

  @Override
  public void spoken(Spoken spoken) {
    narration.spoken(spoken);
  }

  @Override
  public void directive(DeviceEvent.Received received) {
    long now = System.currentTimeMillis();
    if (received.directive() instanceof Directive.StopCapture) {
      latencies.stopCapture(now);
    } else if (!received.directive().isCaptureControl() && !received.turn().isEmpty()) {
      latencies.answer(now);
    }
    narration.directive(received);
  }

  @Override
  public void attachment(RouterClient.Fetched attachment) {
    narration.attachment(attachment);
  }

  @Override
  public void closed(DeviceEvent.TurnClosed closed, Spoken spoken) {
    narration.closed(closed, spoken);
  }
}
