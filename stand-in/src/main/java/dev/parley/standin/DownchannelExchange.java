package dev.parley.standin;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** {@code GET /v1/directives}: opens a downchannel (C2, C4). */
final class DownchannelExchange implements Exchange {
  private final ClientState client;
  private final Downchannel downchannel;

  private DownchannelExchange(ClientState client, Downchannel downchannel) {
    this.client = client;
    this.downchannel = downchannel;
  }

  static Exchange open(Incoming request) {
    Checks checks = request.checks();
    StandInConfig config = request.cic().config();
    String digest = "";
    try {
      ClientId id = ClientId.of(request.head().check(checks, config.lenient()));
      digest = id.digest();
      checks.pass(Row.C8, "Authorization and User-Agent are there");
      DownchannelScript script = request.cic().scripts().ofDownchannel();
      if (script.refusal().isPresent()) {
        int status = script.refusal().getAsInt();
        Failures.write(request.writer(), status, "as the script says", Reply.Shape.WRAPPED);
        request.judge(digest, "", "");
        return new Answered();
      }
      ClientState client = request.cic().clients().of(id);
      Downchannel downchannel = new Downchannel(request.stream(), request.writer());
      switch (client.open(downchannel, System.nanoTime(), config.openWindow())) {
        case TOO_SOON ->
            throw new Refusal(
                429, Row.C4, "another downchannel of this client was opened just now");
        case FIRST -> checks.pass(Row.C4, "the client's only downchannel");
        case REPLACED -> checks.pass(Row.C4, "replaced the client's downchannel, which was ended");
      }
      request.judge(digest, "", "");
      start(downchannel, script, request);
      return new DownchannelExchange(client, downchannel);
    } catch (Refusal refusal) {
      checks.fail(refusal.row(), refusal.description());
      request.judge(digest, "", "");
      request.refuse(refusal);
      return new Answered();
    }
  }

  private static void start(Downchannel downchannel, DownchannelScript script, Incoming request) {
    downchannel.open();
    script.hello().ifPresent(delay -> helloAfter(delay, downchannel, request));
    script.closeAfter().ifPresent(downchannel::endAfter);
  }

  private static void helloAfter(Duration delay, Downchannel downchannel, Incoming request) {
    if (delay.isZero()) {
      downchannel.hello();
    } else {
      var _ =
          request.stream()
              .eventLoop()
              .schedule(downchannel::hello, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void data(ByteBuf bytes) {}

  @Override
  public void end() {}

  @Override
  public void closed() {
    client.closed(downchannel);
  }
}
