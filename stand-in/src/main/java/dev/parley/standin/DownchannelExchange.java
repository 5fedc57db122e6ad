package dev.parley.standin;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;

/** {@code GET /v1/directives}: opens a downchannel (C2, C4). */
final class DownchannelExchange implements Exchange {
  private final ClientState client;
  private final Downchannel downchannel;
  private final Liveness liveness;

  private DownchannelExchange(ClientState client, Downchannel downchannel, Liveness liveness) {
    this.client = client;
    this.downchannel = downchannel;
    this.liveness = liveness;
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
      Downchannel downchannel =
          new Downchannel(request.connection(), request.stream(), request.writer());
      switch (client.open(downchannel, System.nanoTime(), config.judging())) {
        case TOO_SOON ->
            throw new Refusal(
                429, Row.C4, "another downchannel of this client was opened just now");
        case FIRST -> checks.pass(Row.C4, "the client's only downchannel");
        case REPLACED ->
            checks.pass(Row.C4, "replaced the client's downchannel on another connection");
        case REPLACED_HERE ->
            checks.fail(Row.C4, "this client has a downchannel on this very connection");
        case REPLACED_OPENING ->
            checks.fail(
                Row.C4,
                "another downchannel of this client was still being opened: it had no Hello yet");
      }
      request.judge(digest, "", "");
      start(downchannel, script, request);
      Liveness liveness = request.connection().liveness();
      liveness.opened(request.stream().parent());
      return new DownchannelExchange(client, downchannel, liveness);
    } catch (Refusal refusal) {
      checks.fail(refusal.row(), refusal.description());
      request.judge(digest, "", "");
      request.refuse(refusal);
      return new Answered();
    }
  }

  private static void start(Downchannel downchannel, DownchannelScript script, Incoming request) {
    downchannel.open();
    script
        .hello()
        .ifPresent(
            delay -> helloAfter(delay.pickMillis(request.cic().random()), downchannel, request));
    script.closeAfter().ifPresent(downchannel::endAfter);
  }

  private static void helloAfter(long millis, Downchannel downchannel, Incoming request) {
    if (millis == 0) {
      downchannel.hello();
    } else {
      var _ =
          request.stream().eventLoop().schedule(downchannel::hello, millis, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void data(ByteBuf bytes) {}

  @Override
  public void end() {}

  @Override
  public void closed() {
    client.closed(downchannel);
    liveness.closed();
  }
}
