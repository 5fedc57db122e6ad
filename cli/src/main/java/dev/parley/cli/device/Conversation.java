package dev.parley.cli.device;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.log.Logging;
import dev.parley.producer.Ack;
import dev.parley.producer.AudioException;
import dev.parley.producer.AudioSource;
import dev.parley.producer.Pacing;
import dev.parley.producer.PublishException;
import dev.parley.producer.Speaker;
import dev.parley.producer.SpeechPublisher;
import dev.parley.producer.Spoken;
import dev.parley.producer.StopSignal;
import dev.parley.producer.TurnRequest;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * One turn as its device lives it: listens first, then speaks, stops when it is told to, fetches
 * what directives bring along, and ends when the turn is closed.
 */
public final class Conversation {
  /** Told what happens, on several threads, one at a time. */
  public interface Observer {
    /** The router will tell us of everything from now on. */
    default void listening() {}

    /** Kafka has a chunk. */
    default void published(Ack ack) {}

    /** Everything is published that will be. */
    default void spoken(Spoken spoken) {}

    default void directive(DeviceEvent.Received received) {}

    default void attachment(RouterClient.Fetched attachment) {}

    /** The last thing that is told. */
    default void closed(DeviceEvent.TurnClosed closed, Spoken spoken) {}
  }

  /** How the turn went. */
  public record Outcome(
      Spoken spoken,
      DeviceEvent.TurnClosed closed,
      List<DeviceEvent.Received> directives,
      List<RouterClient.Fetched> attachments) {
    /** Copies the lists. */
    public Outcome {
      directives = List.copyOf(directives);
      attachments = List.copyOf(attachments);
    }
  }

  private final RouterClient router;
  private final SpeechPublisher publisher;
  private final Observer observer;
  private final Function<TurnId, String> story;
  private final StopSignal stop = new StopSignal();
  private final CompletableFuture<DeviceEvent.TurnClosed> closed = new CompletableFuture<>();
  private final List<DeviceEvent.Received> directives = new ArrayList<>();
  private final Map<String, CompletableFuture<RouterClient.Fetched>> attachments = new HashMap<>();

  /** For one turn. */
  public Conversation(RouterClient router, SpeechPublisher publisher, Observer observer) {
    this(router, publisher, observer, turn -> "./parley turn " + turn);
  }

  /**
   * For one turn.
   *
   * @param story the command that tells what became of a turn
   */
  public Conversation(
      RouterClient router,
      SpeechPublisher publisher,
      Observer observer,
      Function<TurnId, String> story) {
    this.router = router;
    this.publisher = publisher;
    this.observer = observer;
    this.story = story;
  }

  /**
   * Holds it.
   *
   * @param source the audio; empty for a turn of text
   * @param answerWithin how long after the last chunk the turn may take to be closed
   * @throws CommandException when it cannot be held to its end; the message says why
   */
  public Outcome hold(
      TurnRequest request, Optional<AudioSource> source, Pacing pacing, Duration answerWithin)
      throws CommandException, InterruptedException {
    try (DirectiveStream stream =
        DirectiveStream.open(router, request.turn().dialog(), new Listening(request))) {
      tell(observer::listening);
      Spoken spoken = speak(request, source, pacing);
      tell(() -> observer.spoken(spoken));
      DeviceEvent.TurnClosed end = await(closed, answerWithin, spoken);
      List<RouterClient.Fetched> fetched = new ArrayList<>();
      for (CompletableFuture<RouterClient.Fetched> attachment : pending()) {
        fetched.add(await(attachment, answerWithin, spoken));
      }
      tell(() -> observer.closed(end, spoken));
      stream.acknowledge();
      synchronized (this) {
        return new Outcome(spoken, end, directives, fetched);
      }
    } catch (IOException e) {
      throw new CommandException("the router went away: " + Logging.inOneLine(e), e);
    }
  }

  private Spoken speak(TurnRequest request, Optional<AudioSource> source, Pacing pacing)
      throws CommandException, InterruptedException {
    Speaker speaker = new Speaker(publisher);
    try {
      return source.isEmpty()
          ? speaker.say(request)
          : speaker.speak(
              source.get(), request, pacing, stop, ack -> tell(() -> observer.published(ack)));
    } catch (AudioException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (PublishException e) {
      throw new CommandException(e.getMessage() + howFar(request.turn()), e);
    }
  }

  private String howFar(TurnId turn) {
    return " How far it got: " + story.apply(turn);
  }

  private <T> T await(CompletableFuture<T> future, Duration within, Spoken spoken)
      throws CommandException, InterruptedException {
    try {
      return future.get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new CommandException(
          "no answer within "
              + within.toSeconds()
              + " s: turn "
              + spoken.turn()
              + " is not closed. Is a dispatcher running, and does its /ready say so?"
              + howFar(spoken.turn()),
          e);
    } catch (ExecutionException e) {
      throw new CommandException(Logging.inOneLine(e.getCause() == null ? e : e.getCause()), e);
    }
  }

  private synchronized List<CompletableFuture<RouterClient.Fetched>> pending() {
    return List.copyOf(attachments.values());
  }

  /** One at a time, so that observers need no locks. */
  private synchronized void tell(Runnable what) {
    what.run();
  }

  private synchronized void fetch(String contentId, String path) {
    if (attachments.containsKey(path)) {
      return;
    }
    CompletableFuture<RouterClient.Fetched> fetched = new CompletableFuture<>();
    attachments.put(path, fetched);
    Thread.ofVirtual()
        .name("attachment")
        .start(() -> {
          try {
            RouterClient.Fetched attachment = router.fetch(contentId, path);
            tell(() -> observer.attachment(attachment));
            fetched.complete(attachment);
          } catch (IOException | CommandException e) {
            fetched.completeExceptionally(
                new IOException(
                    "attachment " + contentId + " broke off: " + Logging.inOneLine(e), e));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fetched.cancel(true);
          }
        });
  }

  private final class Listening implements DirectiveStream.Listener {
    private final TurnRequest request;

    Listening(TurnRequest request) {
      this.request = request;
    }

    @Override
    public void event(DeviceEvent event) {
      switch (event) {
        case DeviceEvent.Received received -> {
          if (received.directive() instanceof Directive.StopCapture) {
            stop.stop();
          }
          tell(() -> {
            directives.add(received);
            observer.directive(received);
          });
          received.attachments().forEach(Conversation.this::fetch);
        }
        case DeviceEvent.AttachmentKnown known -> fetch(known.contentId(), known.path());
        case DeviceEvent.TurnClosed end -> {
          if (end.turn().equals(request.turn().message())) {
            stop.stop();
            closed.complete(end);
          }
        }
        case DeviceEvent.Ended ended -> {
          // The stream opens itself again.
        }
      }
    }

    @Override
    public void lost(String why) {
      stop.stop();
      closed.completeExceptionally(new IOException(why));
    }
  }
}
