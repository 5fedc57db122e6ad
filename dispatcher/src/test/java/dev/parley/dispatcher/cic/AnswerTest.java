package dev.parley.dispatcher.cic;

import static dev.parley.dispatcher.cic.BarePeer.directive;
import static dev.parley.dispatcher.cic.CicBench.USUAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.dispatcher.cic.BarePeer.Manners;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.standin.Cut;
import dev.parley.standin.Extra;
import dev.parley.standin.Reply;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What CIC answers to an event comes whole, in its order, before the event's end. */
final class AnswerTest {
  private static final String TEXT = "Clova.RenderText";
  private static final String SPEAK = "SpeechSynthesizer.Speak";
  private static final String SOUND = "sound begins at 0";
  private static final String SOUND_END = "sound is whole, 12800 bytes";
  private static final String END = "ended 200";

  @RegisterExtension private final CicBench bench = new CicBench();

  private final KeptAttachments store = new KeptAttachments();

  /** What was heard of a turn, its attachment's name left out. */
  private static List<String> heard(Utterance of) {
    String name = "kitchen/" + of.turn.dialog() + "/0";
    return of.told.heard().stream().map(line -> line.replace(name, "sound")).toList();
  }

  private Utterance begin(StandIn standIn) throws Exception {
    return bench.begin(
        bench.link(bench.cic(standIn.uri()), "kitchen", store, new Told()), "kitchen");
  }

  /** A turn that a peer without manners has all of. */
  private Utterance spoken(Manners manners) throws Exception {
    Cic cic = bench.cic(bench.peer(manners).uri());
    Utterance utterance = bench.begin(bench.link(cic, "kitchen", store, new Told()), "kitchen");
    utterance.speak(1);
    utterance.call.finish();
    return utterance;
  }

  static Stream<Arguments> answers() {
    List<String> usual = List.of(TEXT, SPEAK, SOUND, SOUND_END, END);
    return Stream.of(
        Arguments.of("as usual", USUAL, usual),
        Arguments.of("in frames of 16 bytes", USUAL.withFrameBytes(16), usual),
        Arguments.of("without its final boundary", USUAL.withCut(Cut.NO_FINAL_BOUNDARY), usual),
        Arguments.of(
            "with the attachment first",
            USUAL.withReply(new Reply.Echo(Reply.Attachment.BEFORE_DIRECTIVE)),
            List.of(TEXT, SOUND, SOUND_END, SPEAK, END)),
        Arguments.of(
            "with all else that may stand there",
            USUAL.withExtras(
                Extra.UNKNOWN_NAMESPACE,
                Extra.STALE_DIALOG,
                Extra.NO_DIALOG_ID,
                Extra.EXPECT_SPEECH),
            List.of(
                TEXT,
                SPEAK,
                SOUND,
                SOUND_END,
                "Nonexistent.DoSomething",
                TEXT,
                TEXT,
                "SpeechRecognizer.ExpectSpeech",
                END)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void anAnswerComesWholeAndInOrder(String how, Script script, List<String> expected)
      throws Exception {
    StandIn standIn = bench.standIn(config -> config.withScript(script));
    Utterance utterance = begin(standIn);
    utterance.speak(2);
    utterance.call.finish();
    assertThat(utterance.told.end()).as(how).isEqualTo(END);
    assertThat(heard(utterance)).isEqualTo(expected);
    assertThat(store.get("kitchen/" + utterance.turn.dialog() + "/0").sha256())
        .isEqualTo(Utterance.sha256(2, new byte[0]));
    assertThat(standIn.verdicts().failures()).isEmpty();
  }

  @Test
  void anAnswerMayBeginBeforeTheUploadEnds() throws Exception {
    Utterance utterance = begin(bench.standIn(config -> config.withScript(USUAL.withEarly(true))));
    utterance.speak(1);
    await("the first directive").until(() -> heard(utterance).equals(List.of(TEXT)));
    assertThat(utterance.told.hasEnded()).isFalse();
    utterance.speak(1);
    utterance.call.finish();
    assertThat(utterance.told.end()).isEqualTo(END);
    assertThat(heard(utterance)).containsExactly(TEXT, TEXT, SPEAK, SOUND, SOUND_END, END);
  }

  @Test
  void anAnswerWithoutABodyIsOne() throws Exception {
    Utterance utterance =
        begin(bench.standIn(config -> config.withScript(USUAL.withReply(Reply.NO_CONTENT))));
    utterance.speak(1);
    utterance.call.finish();
    assertThat(utterance.told.end()).isEqualTo("ended 204");
    assertThat(heard(utterance)).containsExactly("ended 204");
  }

  @Test
  void anAnswerThatIsResetInItsAttachmentBreaksOffThere() throws Exception {
    CompletableFuture<BarePeer.Stream> answer = new CompletableFuture<>();
    Utterance utterance =
        spoken(
            Manners.GOOD.withUploaded(stream -> {
              stream.head(200, "content-type", "multipart/related; boundary=b");
              stream.say(directive("One") + "--b\r\nContent-ID: <sound>\r\n\r\n" + "x".repeat(100));
              answer.complete(stream);
            }));
    await("the attachment").until(() -> heard(utterance).contains(SOUND));
    answer.join().reset(BarePeer.INTERNAL_ERROR);
    assertThat(utterance.told.end()).isEqualTo("broken stream-reset, may heal");
    assertThat(heard(utterance)).containsExactly("Clova.One", SOUND, "sound broke off, 100 bytes");
  }

  @Test
  void aBareDirectiveIsAnAnswerToo() throws Exception {
    Utterance utterance =
        spoken(
            Manners.GOOD.withUploaded(stream -> {
              stream.head(200, "content-type", "application/json");
              stream.say("{\"header\":{\"namespace\":\"Clova\",\"name\":\"Bare\"},\"payload\":{}}");
              stream.end();
            }));
    assertThat(utterance.told.end()).isEqualTo(END);
    assertThat(heard(utterance)).containsExactly("Clova.Bare", END);
  }

  @Test
  void aBodyThatCannotBeReadEndsTheTurnAfterWhatCould() throws Exception {
    Utterance utterance =
        spoken(
            Manners.GOOD.withUploaded(stream -> {
              stream.head(200, "content-type", "multipart/related; boundary=b");
              stream.say(directive("One") + "--b\r\nX: " + "x".repeat(9_000) + "\r\n");
              stream.end();
            }));
    assertThat(utterance.told.end()).isEqualTo("broken unreadable-response");
    assertThat(heard(utterance)).containsExactly("Clova.One");
  }

  @ParameterizedTest
  @MethodSource(BadNumbers.ALL)
  void aDirectiveWithANumberThatNoParserLikesIsLeftOutOfAnAnswerThatGoesOn(String number)
      throws Exception {
    Utterance utterance =
        spoken(
            Manners.GOOD.withUploaded(stream -> {
              stream.head(200, BarePeer.multipart());
              stream.say(directive("Bad", "{\"volume\":" + number + "}"));
              stream.say(directive("Two") + "--b--\r\n");
              stream.end();
            }));
    assertThat(utterance.told.end()).isEqualTo(END);
    assertThat(heard(utterance)).hasSize(3).endsWith("Clova.Two", END);
    assertThat(heard(utterance).getFirst()).startsWith("ignored: ").contains("number");
  }

  @ParameterizedTest
  @MethodSource(BadNumbers.ALL)
  void anErrorWhoseBodyBearsSuchANumberIsItsStatusOnly(String number) throws Exception {
    Utterance utterance =
        spoken(
            Manners.GOOD.withUploaded(stream -> {
              stream.head(500, "content-type", "application/json");
              stream.say(
                  "{\"header\":{\"namespace\":\"System\",\"name\":\"Exception\"},\"payload\":"
                      + "{\"code\":"
                      + number
                      + "}}");
              stream.end();
            }));
    assertThat(utterance.told.end()).isEqualTo("ended 500");
    assertThat(utterance.told.error()).isEmpty();
    assertThat(heard(utterance)).hasSize(2).first().asString().startsWith("ignored: ");
  }

  @Test
  void aMultipartBodyWithoutABoundaryCannotBeRead() throws Exception {
    Utterance utterance =
        spoken(
            Manners.GOOD.withUploaded(stream -> {
              stream.head(200, "content-type", "multipart/related");
              stream.end();
            }));
    assertThat(utterance.told.end()).isEqualTo("broken unreadable-response");
    assertThat(utterance.told.ending()).contains(Known.UNREADABLE_RESPONSE);
  }
}
