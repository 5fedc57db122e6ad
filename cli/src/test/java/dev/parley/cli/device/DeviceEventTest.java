package dev.parley.cli.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeviceEventTest {
  private static DeviceEvent event(String name, String id, String json) throws MalformedException {
    return DeviceEvent.of(new ServerSentEvents.Event(name, id, json.replace('\'', '"')));
  }

  @Test
  void aDirectiveHasWhatStandsBesideIt() throws Exception {
    DeviceEvent event =
        event(
            "directive",
            "5",
            "{'directive':{'header':{'namespace':'SpeechSynthesizer','name':'Speak',"
                + "'messageId':'m'},'payload':{'url':'cid:a'}},'turn':'t','source':'parley',"
                + "'attachments':{'a':'/v1/devices/d/attachments/a1-1'}}");
    assertThat(event)
        .isInstanceOfSatisfying(
            DeviceEvent.Received.class,
            received -> {
              assertThat(received.cursor()).hasValue(5);
              assertThat(received.directive()).isInstanceOf(Directive.Speak.class);
              assertThat(received.turn()).isEqualTo("t");
              assertThat(received.madeByParley()).isTrue();
              assertThat(received.attachments())
                  .containsEntry("a", "/v1/devices/d/attachments/a1-1");
            });
  }

  @Test
  void whatOvertakesTheQueueHasNoCursor() throws Exception {
    assertThat(
            event(
                    "directive",
                    "",
                    "{'directive':{'header':{'namespace':'SpeechRecognizer','name':'StopCapture'}}}")
                .getClass())
        .isEqualTo(DeviceEvent.Received.class);
  }

  @Test
  void aClosedTurnHasItsOutcomeAndTimes() throws Exception {
    DeviceEvent.TurnClosed closed =
        (DeviceEvent.TurnClosed)
            event(
                "turn-closed",
                "6",
                "{'turn':'t','status':'ok','reason':'answered','times':{'sent':12},'counts':{}}");
    assertThat(closed.isOk()).isTrue();
    assertThat(closed.time("sent")).hasValue(12);
    assertThat(closed.time("stopCapture")).isEmpty();
    assertThat(closed.count("directives")).isEmpty();
  }

  @Test
  void anAttachmentSaysWhereItIs() throws Exception {
    assertThat(event("attachment", "7", "{'contentId':'a','url':'/x','directive':'m'}"))
        .isEqualTo(new DeviceEvent.AttachmentKnown(OptionalLong.of(7), "a", "/x", "m"));
  }

  @Test
  void everyOtherEventEndsTheStream() throws Exception {
    assertThat(event("moved", "", "{}")).isEqualTo(new DeviceEvent.Ended("moved"));
  }

  @Test
  void aCursorThatIsNoNumberIsMalformed() {
    assertThatThrownBy(() -> event("directive", "x", "{}")).isInstanceOf(MalformedException.class);
  }
}
