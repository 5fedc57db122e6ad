package dev.parley.dispatcher.cic;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.Ending.Known;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import okhttp3.Call;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * An event's request and the answer to it, on one connection. One thread {@link #run}s it; the rest
 * is for any.
 */
final class Exchange {
  /** What an upload gets to end once the answer has. */
  private static final Duration ENDING = Duration.ofSeconds(1);

  private final Cic cic;
  private final DeviceLink link;
  private final Lane lane;
  private final String token;
  private final EventUpload upload;
  private final EventAnswer answer;
  private final EventCall.Listener listener;
  private final BooleanSupplier isAborted;
  private final SameConnection.Track track;
  private final Call call;
  private volatile boolean answered;
  private volatile boolean refused;

  /**
   * Nothing is asked yet.
   *
   * @param lane that the device's downchannel is on; the caller has entered it
   * @param isAborted whether nobody wants the answer any more
   */
  Exchange(
      Cic cic,
      DeviceLink link,
      Lane lane,
      DeviceIdentity identity,
      EventUpload upload,
      EventAnswer answer,
      EventCall.Listener listener,
      BooleanSupplier isAborted) {
    this.cic = cic;
    this.link = link;
    this.lane = lane;
    this.token = identity.token();
    this.upload = upload;
    this.answer = answer;
    this.listener = listener;
    this.isAborted = isAborted;
    this.track = new SameConnection.Track(lane);
    this.call =
        lane.client()
            .newCall(
                cic.request(identity, "v1/events")
                    .tag(SameConnection.Track.class, track)
                    .post(upload)
                    .build());
  }

  // ---------------------------------------------------------------------------- any thread

  /**
   * Resets the stream, unless it has ended, which frees a writing thread that waits for its window.
   * That thread is not interrupted: in a write to the socket this would close the connection, and
   * on it the neighbours' streams.
   */
  void reset() {
    call.cancel();
  }

  Lane lane() {
    return lane;
  }

  /** Whether CIC has answered in full. */
  boolean isAnswered() {
    return answered;
  }

  /** Whether CIC has refused it. */
  boolean isRefused() {
    return refused;
  }

  // ---------------------------------------------------------------------------- its thread

  /**
   * Sends and reads; false when nothing was sent because it would not have gone where it must (C5).
   */
  boolean run() throws IOException, MalformedException, InterruptedException {
    try {
      if (!isAborted.getAsBoolean()) {
        read();
      }
      return true;
    } catch (IOException e) {
      if (isAborted.getAsBoolean()) {
        throw e;
      }
      if (track.strayed()) {
        cic.allLanes().strayed(lane, link);
        return false;
      }
      endUpload();
      cic.allLanes().failed(lane, link, e);
      throw e;
    }
  }

  private void read() throws IOException, MalformedException, InterruptedException {
    try (Response response = call.execute()) {
      if (response.protocol() == Protocol.HTTP_1_1) {
        Fault fault = Fault.of(Known.NOT_HTTP2);
        listener.broken(fault.ending(), fault.detail(), fault.mayHeal());
      } else if (response.isSuccessful()) {
        answer.read(response);
        answered = true;
        listener.ended(response.code(), Optional.empty(), 0);
        cic.allLanes().well(lane);
        if (!(upload.awaitEnd() instanceof EventUpload.End.Whole) && !isAborted.getAsBoolean()) {
          cic.allLanes().forgive(lane);
          listener.uploadRefused();
        }
      } else {
        refused = true;
        refused(response);
      }
    }
  }

  private void refused(Response response) throws IOException, InterruptedException {
    int status = response.code();
    if (status == 412) {
      link.reopen(lane);
    }
    // Before its body is read, which may end no sooner than the request.
    boolean hasFreshToken = status == 401 && cic.refreshed(link.device(), token);
    Optional<Directive> error = hasFreshToken ? Optional.empty() : answer.readRefusal(response);
    endUpload();
    cic.allLanes().forgive(lane);
    if (hasFreshToken) {
      link.reopenIfShown(lane, token);
      // What was sent is gone from here, so the flow makes the other try (C39).
      listener.broken(new Ending.Refused(401), "CIC refused the token; there is a fresh one", true);
    } else {
      listener.ended(status, error, RetryAfter.millis(response.header("Retry-After")));
    }
  }

  /**
   * Ends the upload before its lane is judged, and before the next turn may want that: what the
   * writing thread meets after the stream's end, OkHttp holds against the connection too.
   */
  private void endUpload() throws InterruptedException {
    reset();
    upload.stop();
    upload.awaitEnd(ENDING);
  }
}
