package dev.parley.dispatcher.cic;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.multipart.MultipartReader;
import java.io.IOException;
import java.util.Optional;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** The response to an event request: read to its end, and told on. One thread. */
final class EventAnswer {
  private static final int MOST_ERROR_BYTES = 64 * 1024;
  private static final MultipartReader.Limits ERROR_LIMITS =
      new MultipartReader.Limits(8, 4 * 1024, MOST_ERROR_BYTES, MOST_ERROR_BYTES);

  private final TurnId turn;
  private final AttachmentStore store;
  private final EventCall.Listener listener;

  EventAnswer(TurnId turn, AttachmentStore store, EventCall.Listener listener) {
    this.turn = turn;
    this.store = store;
    this.listener = listener;
  }

  /** Reads a successful response to its orderly end, and tells what it bears. */
  void read(Response response) throws IOException, MalformedException {
    String type = contentType(response);
    if (isMultipart(type)) {
      new StreamReader(turn.device(), turn.dialog(), store, listener)
          .readAll(
              response.body(), MultipartReader.boundaryOf(type), MultipartReader.Limits.DEFAULT);
    } else {
      bareDirective(response.body()).ifPresent(listener::directive);
    }
  }

  /**
   * Reads a response that refuses. The exception that it bears (C38) is not told: another try may
   * make it untrue.
   */
  Optional<Directive> readRefusal(Response response) throws IOException {
    String type = contentType(response);
    if (!isMultipart(type)) {
      return bareDirective(response.body());
    }
    FirstDirective first = new FirstDirective();
    try {
      new StreamReader(turn.device(), turn.dialog(), AttachmentStore.NONE, first)
          .readAll(response.body(), MultipartReader.boundaryOf(type), ERROR_LIMITS);
    } catch (MalformedException e) {
      listener.ignored("an error's body can't be read: " + e.getMessage());
    }
    return first.directive();
  }

  private static boolean isMultipart(String type) {
    return type.regionMatches(true, 0, "multipart/", 0, 10);
  }

  private static String contentType(Response response) {
    String type = response.header("Content-Type");
    return type == null ? "" : type;
  }

  /** Errors may come as one bare JSON message (C38); anything else is drained and forgotten. */
  private Optional<Directive> bareDirective(ResponseBody response) throws IOException {
    var _ = response.source().request(MOST_ERROR_BYTES);
    byte[] json = response.source().getBuffer().readByteArray();
    if (json.length > 0) {
      try {
        return Optional.of(Directive.parse(json));
      } catch (MalformedException e) {
        listener.ignored("a body that is not a directive: " + e.getMessage());
      }
    }
    return Optional.empty();
  }
}
