package dev.parley.standin;

import io.netty.channel.Channel;
import java.time.Instant;

/** A request whose headers have come, and what is needed to check and answer it. */
record Incoming(
    Cic cic,
    long number,
    RequestHead head,
    ConnectionHandler connection,
    Channel stream,
    ResponseWriter writer,
    Checks checks) {

  boolean lenient() {
    return cic.config().lenient();
  }

  /** Answers with a refusal; a response that has begun already is ended. */
  void refuse(Refusal refusal) {
    writer.misbehave(Cut.NONE, 16_384);
    if (writer.status() == 0) {
      Failures.write(writer, refusal.status(), refusal.description(), Reply.Shape.WRAPPED);
    } else {
      writer.end();
    }
  }

  void judge(String client, String dialogRequestId, String messageId) {
    cic.verdicts().add(checks.verdicts(Instant.now(), number, client, dialogRequestId, messageId));
  }
}
