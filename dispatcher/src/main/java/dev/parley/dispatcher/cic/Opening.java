package dev.parley.dispatcher.cic;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.multipart.MultipartReader;
import dev.parley.protocol.record.Ending.Known;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.Protocol;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One opening of a downchannel on a lane, from the dial to its end. It has one deadline for all
 * that comes before Hello (C51), counted from when it may begin. One thread runs it; {@link
 * #cancel} and {@link #hello} are for any.
 */
final class Opening {
  private static final Logger log = LoggerFactory.getLogger(Opening.class);

  /**
   * What became of it.
   *
   * @param fault why it ended; empty when CIC ended it in order
   * @param retryAfter what CIC asked for
   * @param cause what broke it, if that may concern its connection
   * @param strayed whether it would have gone over another connection
   * @param expired whether it came to no Hello in time
   */
  record Outcome(
      Optional<Fault> fault,
      Duration retryAfter,
      Optional<IOException> cause,
      boolean strayed,
      boolean expired) {
    static final Outcome ENDED = of(Optional.empty());

    static Outcome of(Fault fault) {
      return of(Optional.of(fault));
    }

    private static Outcome of(Optional<Fault> fault) {
      return new Outcome(fault, Duration.ZERO, Optional.empty(), false, false);
    }
  }

  private final Lane lane;
  private final Lanes lanes;
  private final Call call;
  private final SameConnection.Track track;
  private final CompletableFuture<Void> hello = new CompletableFuture<>();
  private volatile boolean expired;
  private volatile boolean hasHead;

  Opening(Cic cic, Lane lane, DeviceIdentity identity) {
    this.lane = lane;
    this.lanes = cic.allLanes();
    this.track = new SameConnection.Track(lane);
    this.call =
        lane.client()
            .newCall(
                cic.request(identity, "v1/directives")
                    .tag(SameConnection.Track.class, track)
                    .build());
  }

  /** Breaks it off. */
  void cancel() {
    call.cancel();
  }

  /** Whether CIC may know of it. */
  boolean isSent() {
    return track.isSent();
  }

  /** It has said Hello; no deadline any more. */
  void hello() {
    hello.complete(null);
  }

  /**
   * Opens it and reads to its end. Where it is the lane's first, others wait at the lane's door
   * until CIC has answered it.
   *
   * @param first whether the lane has no connection yet
   * @param limit for all that comes before Hello
   * @param reader takes what comes
   */
  Outcome run(boolean first, Duration limit, StreamReader reader) throws InterruptedException {
    var _ =
        hello
            .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((done, e) -> {
              if (e instanceof TimeoutException) {
                expired = true;
                call.cancel();
              }
            });
    boolean answered = false;
    try (Response response = call.execute()) {
      hasHead = true;
      if (first) {
        // Before the others may open there: who has to move away has not begun yet.
        lane.awaitSettings();
        lanes.allowed(lane);
        answered = true;
        lane.answered();
      }
      return read(response, reader);
    } catch (IOException e) {
      return expired ? expired(limit) : broken(e);
    } catch (MalformedException e) {
      return Outcome.of(new Fault(Known.UNREADABLE_DOWNCHANNEL, e.getMessage()));
    } catch (RuntimeException e) {
      log.error("a downchannel's reader failed: {}", e.toString(), e);
      return Outcome.of(new Fault(Known.INTERNAL, "the downchannel's reader failed"));
    } finally {
      hello.cancel(false);
      if (first && !answered) {
        lane.notAnswered();
      }
    }
  }

  private Outcome read(Response response, StreamReader reader)
      throws IOException, MalformedException {
    if (response.protocol() == Protocol.HTTP_1_1) {
      return Outcome.of(Fault.of(Known.NOT_HTTP2));
    }
    if (response.code() != 200) {
      return new Outcome(
          Optional.of(Fault.refused(response.code())),
          Duration.ofMillis(RetryAfter.millis(response.header("Retry-After"))),
          Optional.empty(),
          false,
          false);
    }
    String type = response.header("Content-Type");
    reader.readAll(
        response.body(),
        MultipartReader.boundaryOf(type == null ? "" : type),
        MultipartReader.Limits.DOWNCHANNEL);
    return Outcome.ENDED;
  }

  private Outcome expired(Duration limit) {
    return new Outcome(
        Optional.of(whyExpired(" for " + limit.toSeconds() + " s")),
        Duration.ZERO,
        Optional.empty(),
        false,
        true);
  }

  private Fault whyExpired(String time) {
    if (hasHead) {
      return new Fault(Known.NO_HELLO, "CIC opened the downchannel and said no Hello" + time);
    }
    return lane.isConnected()
        ? new Fault(Known.NO_HELLO, "CIC took the downchannel's request and did not answer" + time)
        : new Fault(
            Known.CIC_UNREACHABLE,
            "CIC could not be connected to, or let the TLS handshake hang," + time);
  }

  private Outcome broken(IOException e) {
    // What is broken off here says nothing of the connection.
    Optional<IOException> cause = call.isCanceled() ? Optional.empty() : Optional.of(e);
    return new Outcome(Optional.of(Fault.of(e)), Duration.ZERO, cause, track.strayed(), false);
  }
}
