package dev.parley.standin;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/** {@code POST /v1/events}: checks an event as it comes, listens to its audio, and answers it. */
final class EventExchange implements Exchange, EventBody.Listener {
  /** An event whose metadata has come. */
  private record Turn(
      TurnStart start,
      Script script,
      EventRules rules,
      HeardAudio audio,
      Answer answer,
      Capture capture) {}

  private final Incoming request;
  private final Checks checks;
  private String token = "";
  private ClientId clientId = new ClientId("");
  private ClientState client = new ClientState();
  private Optional<EventBody> body = Optional.empty();
  private Optional<Turn> turn = Optional.empty();
  private Optional<Window> held = Optional.empty();
  private boolean done;

  private EventExchange(Incoming request) {
    this.request = request;
    this.checks = request.checks();
  }

  static Exchange begin(Incoming request) {
    EventExchange exchange = new EventExchange(request);
    try {
      exchange.head();
    } catch (Refusal refusal) {
      exchange.refuse(refusal);
    }
    return exchange;
  }

  private void head() {
    token = request.head().check(checks, request.lenient());
    clientId = ClientId.of(token);
    client = request.cic().clients().of(clientId);
    downchannel();
    String boundary = request.head().boundary(checks);
    body = Optional.of(new EventBody(boundary, request.cic().config().layout(), checks, this));
  }

  private void downchannel() {
    Optional<Downchannel> open = client.downchannel();
    boolean here = open.filter(d -> d.connection().equals(request.connection())).isPresent();
    checks.check(
        Row.C2,
        client.everOpened(),
        "a downchannel was opened before",
        "this client never opened a downchannel");
    checks.check(
        Row.C3,
        open.filter(Downchannel::helloSent).isPresent(),
        "Hello was sent before",
        "no Hello was sent on a downchannel of this client that is open");
    checks.check(
        Row.C5,
        here,
        "on the connection of its downchannel",
        "the client's downchannel is not on this connection, or not open");
    if (!here && !request.lenient()) {
      throw new Refusal(
          412,
          Row.C5,
          "this client has no downchannel on this connection: open one, then send the event again");
    }
  }

  @Override
  public void data(ByteBuf bytes) {
    if (done) {
      return;
    }
    try {
      body.orElseThrow().read(bytes);
    } catch (Refusal refusal) {
      refuse(refusal);
    }
  }

  @Override
  public void metadata(byte[] json) {
    Metadata metadata = Metadata.parse(clientId, json);
    TurnStart start = metadata.start();
    Script script = request.cic().scripts().scriptOf(start);
    StandInConfig config = request.cic().config();
    EventRules rules = new EventRules(metadata, checks);
    rules.check(client, token);
    if (start.isSpeech()) {
      checks.check(
          Row.C14,
          request.head().contentLength().isEmpty(),
          "no Content-Length",
          "a Content-Length on a body that is streamed");
    }
    HeardAudio audio =
        new HeardAudio(script.stopCapture().when(), config.hearing(), config.hangover());
    Answer answer = new Answer(start, script, client, request.writer());
    turn =
        Optional.of(
            new Turn(
                start, script, rules, audio, answer, new Capture(start, script, client, answer)));
    request.writer().whenEnded(() -> client.settle(start, succeeded()));
  }

  private boolean succeeded() {
    return request.writer().isWhole() && request.writer().status() < 300;
  }

  @Override
  public void audio(ByteBuf bytes) {
    Turn now = turn.orElseThrow();
    if (now.audio().bytes() == 0) {
      hold(now.script().upload());
      if (now.script().early()) {
        now.answer().early();
      }
    }
    boolean stop = now.audio().accept(bytes);
    now.capture().heard(now.audio().samples());
    if (stop) {
      now.capture().stop();
    }
  }

  private void hold(Upload upload) {
    switch (upload) {
      case READ -> {}
      case STOP_READING -> Window.ofStream(request.stream()).hold();
      case HOLD_CONNECTION_WINDOW -> {
        request.connection().hinder();
        Window window = Window.ofConnection(request.stream());
        window.hold();
        held = Optional.of(window);
      }
    }
  }

  @Override
  public void end() {
    if (done) {
      return;
    }
    try {
      body.orElseThrow().end(request.lenient());
    } catch (Refusal refusal) {
      refuse(refusal);
      return;
    }
    Turn ended = turn.orElseThrow();
    HeardAudio audio = ended.audio();
    ended.rules().checkAtEnd(audio.samples(), body.orElseThrow().audioParts());
    boolean stopped = audio.stopAtSample().isPresent();
    List<byte[]> sound = ended.start().isSpeech() ? audio.kept() : Answer.tone();
    if (audio.isCut()) {
      request.cic().echoesCut().increment();
    }
    // Told before it is answered, so that whoever has the answer finds the verdicts.
    tell(
        stopped ? ReceivedTurn.Finish.AFTER_STOP_CAPTURE : ReceivedTurn.Finish.CLIENT_END,
        ended.answer().status());
    ended
        .answer()
        .complete(
            sound, ended.start().isSpeech() ? Answer.heard(audio.heardSamples()) : "heard a text");
  }

  @Override
  public void closed() {
    held.ifPresent(Window::release);
    turn.filter(t -> !succeeded()).ifPresent(t -> client.settle(t.start(), false));
    if (!done) {
      tell(ReceivedTurn.Finish.ABORTED, request.writer().status());
    }
  }

  private void refuse(Refusal refusal) {
    checks.fail(refusal.row(), refusal.description());
    int status = request.writer().status();
    tell(ReceivedTurn.Finish.REFUSED, status == 0 ? refusal.status() : status);
    request.refuse(refusal);
  }

  private void tell(ReceivedTurn.Finish finish, int status) {
    done = true;
    turn.ifPresent(t -> stopped(t, finish));
    String dialog = turn.map(t -> t.start().dialogRequestId()).orElse("");
    String message = turn.map(t -> t.start().messageId()).orElse("");
    request.judge(clientId.digest(), dialog, message);
    received(finish, status);
  }

  private void stopped(Turn judged, ReceivedTurn.Finish finish) {
    if (request.connection().isHindered()) {
      return;
    }
    boolean finished =
        switch (finish) {
          case CLIENT_END, AFTER_STOP_CAPTURE -> true;
          case ABORTED, REFUSED -> false;
        };
    HeardAudio audio = judged.audio();
    judged
        .capture()
        .judge(
            checks,
            finished,
            2 * (audio.samples() - audio.heardSamples()),
            request.cic().config().judging().stopWithin());
  }

  private void received(ReceivedTurn.Finish finish, int status) {
    turn.ifPresent(t ->
        request
            .cic()
            .turns()
            .add(
                new ReceivedTurn(
                    t.start(),
                    body.map(EventBody::parts).orElse(0),
                    t.audio().bytes(),
                    body.map(EventBody::audioParts).orElse(0),
                    t.audio().sha256(),
                    t.audio().chunksSha256(),
                    finish,
                    t.audio().stopAtSample(),
                    status)));
  }
}
