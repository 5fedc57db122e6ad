package dev.parley.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.flow.Input;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Ending.Known;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What CIC's side says comes to the tenure whole, and in the manner that its kind may wait. */
class ListenersTest {
  private static final TurnId TURN = new TurnId("kitchen", "dialog-1", "message-1");
  private static final Attempt ATTEMPT = new Attempt(3, 1);
  private static final Optional<Input.AttemptOf> FROM =
      Optional.of(new Input.AttemptOf(TURN, ATTEMPT));

  private final TestParts test = new TestParts();
  private final List<Input> posted = new ArrayList<>();
  private final List<Input> postedWhenRoom = new ArrayList<>();

  private final Inbox inbox =
      new Inbox() {
        @Override
        public void post(Input input) {
          posted.add(input);
        }

        @Override
        public void postWhenRoom(Input input) {
          postedWhenRoom.add(input);
        }

        @Override
        public void failed(Throwable cause) {
          throw new AssertionError(cause);
        }
      };

  private final AttemptListener attempt =
      new AttemptListener(TURN, ATTEMPT, inbox, test.parts.metrics());
  private final PushedReceiver pushed = new PushedReceiver("kitchen", inbox, test.parts.metrics());

  ListenersTest() throws IOException {}

  @AfterEach
  void close() {
    test.close();
  }

  private static Directive directive() throws Exception {
    return Directive.parse(
        """
        {"directive":{"header":{"namespace":"Clova","name":"RenderText","messageId":"m"},
        "payload":{}}}\
        """
            .getBytes(UTF_8));
  }

  private double ignored() {
    return test.registry.counter("parley.dispatcher.parts.ignored").count();
  }

  @Test
  void whatBecomesOfARequestIsPosted() {
    attempt.requested();
    attempt.uploaded();
    attempt.uploadRefused();
    attempt.ended(503, Optional.empty(), 1_500);
    attempt.broken(Known.CIC_UNREACHABLE, "no route", true);
    assertThat(posted)
        .containsExactly(
            new Input.Requested(TURN, ATTEMPT),
            new Input.Uploaded(TURN, ATTEMPT),
            new Input.UploadRefused(TURN, ATTEMPT),
            new Input.ResponseEnded(TURN, ATTEMPT, 503, Optional.empty(), 1_500),
            new Input.Broken(TURN, ATTEMPT, Known.CIC_UNREACHABLE, "no route", true));
    assertThat(postedWhenRoom).isEmpty();
  }

  @Test
  void whatAResponseBearsWaitsForRoom() throws Exception {
    Directive directive = directive();
    attempt.directive(directive);
    attempt.attachmentBegun("a", "cid", "audio/mpeg", 7);
    attempt.attachmentEnded("a", 100, "sha", true);
    assertThat(postedWhenRoom)
        .containsExactly(
            new Input.Answered(TURN, ATTEMPT, directive),
            new Input.AttachmentBegun("kitchen", FROM, "a", "cid", "audio/mpeg", 7),
            new Input.AttachmentEnded("kitchen", FROM, "a", 100, "sha", true));
    assertThat(posted).isEmpty();
  }

  @Test
  void whatADownchannelBearsWaitsForRoomAndIsNoTurns() throws Exception {
    Directive directive = directive();
    pushed.directive(directive);
    pushed.attachmentBegun("a", "cid", "audio/mpeg", 7);
    pushed.attachmentEnded("a", 100, "sha", false);
    assertThat(postedWhenRoom)
        .containsExactly(
            new Input.Pushed("kitchen", directive),
            new Input.AttachmentBegun("kitchen", Optional.empty(), "a", "cid", "audio/mpeg", 7),
            new Input.AttachmentEnded("kitchen", Optional.empty(), "a", 100, "sha", false));
    assertThat(posted).isEmpty();
  }

  @Test
  void aPartThatIsPassedOverIsCounted() {
    attempt.ignored("no directive");
    assertThat(ignored()).isEqualTo(1);
    pushed.ignored("no directive");
    assertThat(ignored()).isEqualTo(2);
  }
}
