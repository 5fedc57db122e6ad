package dev.parley.trials.model;

import dev.parley.dispatcher.flow.Input;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.Json;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.message.Header;
import dev.parley.protocol.record.Ending.Known;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * One event request and the CIC that answers it, as the dispatcher's poll thread sees them. How CIC
 * behaves is drawn when the request begins.
 */
final class SimulatedCall {
  final TurnId turn;
  final Attempt attempt;

  /** The audio that CIC has. */
  final List<byte[]> heard = new ArrayList<>();

  /** The directives of the response, but for capture control, in CIC's order. */
  final List<String> said = new ArrayList<>();

  private final Consumer<Input> post;
  private final Deque<byte[]> queue = new ArrayDeque<>();
  private final int directives;
  private final int stopAfter;
  private final boolean stopOnResponse;
  private final boolean early;
  private final boolean endsEarly;

  /** Once it has answered in full it takes no more. */
  private final boolean refusesMore;

  private final int breaksAfter;
  private final int silentAfter;
  private final boolean heals;
  private final Known fault;
  private final int errorStatus;

  /** What a CIC that is away does to it. */
  private final Optional<Input> away;

  private boolean requested;
  private boolean finishing;
  private boolean uploaded;
  private boolean stopped;
  private boolean responseEnded;
  private boolean answeredWell;
  private boolean refused;
  private boolean over;
  private int steps;

  SimulatedCall(TurnId turn, Attempt attempt, boolean isAway, Random random, Consumer<Input> post) {
    this.turn = turn;
    this.attempt = attempt;
    this.post = post;
    directives = random.nextInt(4);
    stopAfter = random.nextInt(3) == 0 ? random.nextInt(4) : Integer.MAX_VALUE;
    stopOnResponse = random.nextInt(4) == 0;
    early = random.nextInt(3) == 0;
    endsEarly = random.nextInt(3) == 0;
    refusesMore = random.nextBoolean();
    breaksAfter = random.nextInt(8) == 0 ? random.nextInt(12) : Integer.MAX_VALUE;
    silentAfter = random.nextInt(12) == 0 ? random.nextInt(12) : Integer.MAX_VALUE;
    heals = random.nextInt(4) > 0;
    fault = heals && breaksAfter < 3 ? Known.CIC_UNREACHABLE : Known.STREAM_RESET;
    int[] errors = {400, 401, 408, 412, 429, 500, 503};
    errorStatus = random.nextInt(9) == 0 ? errors[random.nextInt(errors.length)] : 0;
    away = isAway ? Optional.of(away(random)) : Optional.empty();
  }

  private Input away(Random random) {
    return random.nextBoolean()
        ? new Input.Broken(turn, attempt, Known.CIC_UNREACHABLE, "no connection", true)
        : new Input.ResponseEnded(turn, attempt, 502 + random.nextInt(3), Optional.empty(), 0);
  }

  void send(byte[] pcm) {
    queue.add(pcm);
  }

  void finish() {
    finishing = true;
  }

  /** The client breaks it off, or is gone. */
  void abort() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  boolean isUploaded() {
    return uploaded;
  }

  /** Whether it answered in full and took no more of the upload. */
  boolean isRefused() {
    return refused;
  }

  /** One step, of the client's writing or of CIC's. */
  void step(Random random) {
    if (over || steps++ >= silentAfter) {
      return;
    }
    if (!requested && !(away.orElse(null) instanceof Input.Broken)) {
      requested = true;
      post.accept(new Input.Requested(turn, attempt));
    } else if (away.isPresent()) {
      over = true;
      post.accept(away.get());
    } else if (steps > breaksAfter) {
      over = true;
      refused = answeredWell;
      post.accept(new Input.Broken(turn, attempt, fault, "the stream broke", heals));
    } else if (random.nextInt(3) > 0) {
      write();
    } else {
      answer(random);
    }
    over |= uploaded && responseEnded;
  }

  private void write() {
    if (!queue.isEmpty()) {
      heard.add(queue.remove());
    } else if (finishing && !uploaded) {
      uploaded = true;
      post.accept(new Input.Uploaded(turn, attempt));
    }
  }

  private void answer(Random random) {
    if (!stopped && !uploaded && heard.size() >= stopAfter) {
      stopped = true;
      steer("StopCapture", stopOnResponse);
    } else if (!uploaded && random.nextInt(12) == 0) {
      steer("KeepRecording", random.nextInt(4) == 0);
    } else if (!responseEnded && (uploaded || early)) {
      respond(random);
    }
  }

  private void respond(Random random) {
    if (errorStatus != 0) {
      if (uploaded || endsEarly) {
        end(errorStatus, random);
      }
    } else if (said.size() < directives) {
      if (random.nextInt(6) == 0) {
        attachment();
      }
      String id = "d-" + turn.message() + "-" + attempt + "-" + said.size();
      said.add(id);
      post.accept(new Input.Answered(turn, attempt, directive("SpeechSynthesizer", "Speak", id)));
    } else if (uploaded || endsEarly) {
      end(directives > 0 ? 200 : 204, random);
    }
  }

  private void end(int status, Random random) {
    responseEnded = true;
    Optional<Directive> error = Optional.empty();
    if (status >= 400 && random.nextBoolean()) {
      String id = "e-" + turn.message() + "-" + attempt;
      said.add(id);
      error = Optional.of(directive("System", "Exception", id));
    }
    long retryAfter = status == 429 ? random.nextInt(12_000) : 0;
    post.accept(new Input.ResponseEnded(turn, attempt, status, error, retryAfter));
    answeredWell = status < 300;
    if (answeredWell && !uploaded && refusesMore) {
      refused = true;
      over = true;
      post.accept(new Input.UploadRefused(turn, attempt));
    }
  }

  private void steer(String name, boolean onResponse) {
    String id = "s-" + turn.message() + "-" + attempt + "-" + steps;
    Directive directive = directive("SpeechRecognizer", name, id);
    post.accept(
        onResponse
            ? new Input.Answered(turn, attempt, directive)
            : new Input.Pushed(turn.device(), directive));
  }

  private void attachment() {
    Optional<Input.AttemptOf> from = Optional.of(new Input.AttemptOf(turn, attempt));
    String name = "a-" + turn.message() + "-" + attempt + "-" + steps;
    post.accept(
        new Input.AttachmentBegun(turn.device(), from, name, "cid-" + steps, "audio/mpeg", 0));
    post.accept(new Input.AttachmentEnded(turn.device(), from, name, 4, "0".repeat(64), true));
  }

  private Directive directive(String namespace, String name, String id) {
    return Directive.of(
        new Header(namespace, name, id, Optional.of(turn.dialog())), Json.newObject());
  }
}
