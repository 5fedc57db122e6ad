package dev.parley.producer;

import dev.parley.protocol.Json;
import dev.parley.protocol.TurnId;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The resource {@code /v1/devices/{device}/dialogs/{dialogRequestId}/turns}: POST speaks a turn,
 * its body being streamed; DELETE of {@code .../turns/{messageId}} cancels one.
 */
final class TurnsHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(TurnsHandler.class);
  private static final Pattern PATH =
      Pattern.compile("/v1/devices/([^/]*)/dialogs/([^/]*)/turns(?:/([^/]*))?");

  private final Supplier<Optional<SpeechPublisher>> publishers;
  private final MeterRegistry meters;

  /** {@code publishers} gives none until speech can be published. */
  TurnsHandler(Supplier<Optional<SpeechPublisher>> publishers, MeterRegistry meters) {
    this.publishers = publishers;
    this.meters = meters;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Matcher path = PATH.matcher(Request.getPathInContext(request));
    if (!path.matches()) {
      return false;
    }
    JsonReply reply = reply(request, path);
    takeRest(request);
    meters
        .counter("parley.producer.requests", "status", Integer.toString(reply.status()))
        .increment();
    reply.send(response, callback);
    return true;
  }

  private JsonReply reply(Request request, Matcher path) {
    try {
      String device = SpokenRequest.id("the device's id", path.group(1));
      String dialog = SpokenRequest.id("the dialogRequestId", path.group(2));
      Optional<String> message = Optional.ofNullable(path.group(3));
      if (message.isEmpty() && request.getMethod().equals("POST")) {
        return speak(request, new SpokenRequest(request, device, dialog));
      }
      if (message.isPresent() && request.getMethod().equals("DELETE")) {
        String id = SpokenRequest.id("the messageId", message.get());
        return cancel(new TurnId(device, dialog, id));
      }
      throw new Refusal(
          405, "method", "POST to .../turns speaks, DELETE of .../turns/{messageId} cancels");
    } catch (Refusal e) {
      return e.reply();
    } catch (AudioException e) {
      return Refusal.of(e).reply();
    } catch (PublishException e) {
      Refusal refusal = Refusal.of(e);
      if (refusal.status() >= 500) {
        LOG.warn("{}", e.getMessage());
      }
      return refusal.reply();
    } catch (RuntimeException e) {
      LOG.error("a request failed for a reason nobody thought of", e);
      return JsonReply.error(500, "internal", "an error of the producer's; its log says which");
    }
  }

  /**
   * Reads what is still to come of a body, if it says that it is small: what follows the samples of
   * a WAV, or all of a refused one. An HTTP/2 client whose upload is reset may never look at the
   * answer. A body that is spoken live is not waited for.
   */
  private static void takeRest(Request request) {
    if (request.getLength() > 0 && request.getLength() <= 2L * Turn.MAX_AUDIO_BYTES) {
      try {
        Request.asInputStream(request).transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        LOG.debug("the rest of a body did not come", e);
      }
    }
  }

  private JsonReply speak(Request request, SpokenRequest wanted)
      throws Refusal, AudioException, PublishException {
    AudioType type =
        AudioType.of(
            Optional.ofNullable(request.getHeaders().get(HttpHeader.CONTENT_TYPE)).orElse(""));
    InputStream body = new Body(Request.asInputStream(request));
    if (type == AudioType.TEXT) {
      try (Turn turn = publisher().begin(wanted.text(body))) {
        turn.end();
        return accepted(turn, 0, 0);
      }
    }
    if (type == AudioType.RAW && request.getLength() > Turn.MAX_AUDIO_BYTES) {
      throw Refusal.of(new AudioException.TooLong());
    }
    TurnRequest speech = wanted.speech(request);
    try (AudioSource source = type.open(body);
        Turn turn = publisher().begin(speech)) {
      return publish(turn, new Chunks(source));
    }
  }

  private SpeechPublisher publisher() throws Refusal {
    return publishers
        .get()
        .orElseThrow(() ->
            new Refusal(503, "unavailable", "the producer waits for Kafka; its /ready says why"));
  }

  private static JsonReply publish(Turn turn, Chunks chunks)
      throws AudioException, PublishException {
    int count = 0;
    long bytes = 0;
    Optional<byte[]> chunk = chunks.next();
    while (chunk.isPresent()) {
      turn.audio(chunk.get());
      count++;
      bytes += chunk.get().length;
      chunk = chunks.next();
    }
    if (count == 0) {
      throw new AudioException("the request's body has no audio, so its turn is cancelled");
    }
    turn.end();
    return accepted(turn, count, bytes);
  }

  private JsonReply cancel(TurnId id) throws Refusal, PublishException {
    Turn turn =
        publisher()
            .openTurn(id)
            .orElseThrow(
                () -> new Refusal(404, "no-such-turn", "no turn of these ids is open here"));
    turn.cancel();
    return new JsonReply(200, ids(turn.id()).put("outcome", "cancelled"));
  }

  private static JsonReply accepted(Turn turn, int chunks, long bytes) {
    return new JsonReply(
        202, ids(turn.id()).put("outcome", "ended").put("chunks", chunks).put("bytes", bytes));
  }

  private static ObjectNode ids(TurnId id) {
    return Json.newObject()
        .put("device", id.device())
        .put("dialogRequestId", id.dialog())
        .put("messageId", id.message());
  }

  /** A body that stays open when a source has had enough of it: the answer is still to come. */
  private static final class Body extends FilterInputStream {
    Body(InputStream in) {
      super(in);
    }

    @Override
    public void close() {}
  }
}
