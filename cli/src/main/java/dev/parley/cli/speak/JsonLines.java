package dev.parley.cli.speak;

import dev.parley.cli.device.Conversation;
import dev.parley.cli.device.DeviceEvent;
import dev.parley.cli.device.RouterClient;
import dev.parley.producer.Spoken;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells a turn to programs, a JSON object a line: {@code directive} and {@code attachment} as they
 * come, {@code turn-closed} last.
 */
public final class JsonLines implements Conversation.Observer {
  private final PrintStream out;

  public JsonLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void directive(DeviceEvent.Received received) {
    ObjectNode line = line("directive");
    line.put("turn", received.turn());
    line.put("source", received.madeByParley() ? "parley" : "cic");
    try {
      line.set("directive", Json.object(received.directive().json()));
    } catch (MalformedException e) {
      throw new IllegalStateException("a directive that was read is JSON", e);
    }
    print(line);
  }

  @Override
  public void attachment(RouterClient.Fetched attachment) {
    print(
        line("attachment")
            .put("contentId", attachment.contentId())
            .put("contentType", attachment.contentType())
            .put("length", attachment.length())
            .put("sha256", attachment.sha256()));
  }

  @Override
  public void closed(DeviceEvent.TurnClosed closed, Spoken spoken) {
    ObjectNode line = line("turn-closed");
    line.put("device", spoken.turn().device());
    line.setAll(closed.json());
    line.putObject("published")
        .put("chunks", spoken.chunks().size())
        .put("bytes", spoken.bytes())
        .put("sha256", spoken.sha256())
        .put("stoppedEarly", spoken.stoppedEarly());
    print(line);
  }

  private static ObjectNode line(String kind) {
    return Json.newObject().put("kind", kind);
  }

  private void print(ObjectNode line) {
    out.println(new String(Json.bytes(line), StandardCharsets.UTF_8));
  }
}
