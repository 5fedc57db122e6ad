package dev.parley.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.protocol.message.ContextObject;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.message.Header;
import dev.parley.protocol.record.DirectiveId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Messages with a few bytes changed are read, or are malformed: no other exception comes out, for
 * it would cost more than the message. {@code -Dseed=N} runs a seed again.
 */
class MessageFuzzTest {
  private static final int BODIES = 20_000;

  /** What parsers have stumbled over. */
  private static final List<String> PIECES =
      List.of(
          "1e9999999999",
          "-1e-9999999999",
          "1e2147483648",
          "123456789012345678901234567890",
          "0.1e99999",
          "\"\\ud800\"",
          "\u0000",
          "\"",
          "\\",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "null",
          "true",
          "\"header\"",
          "\"messageId\"",
          "\"\"",
          "\u00ff",
          "[".repeat(70));

  private static final List<byte[]> MESSAGES =
      List.of(
          Event.speech("277b40c3-b046-4f61-a551-783b1547e7b7", "d", "ko")
              .metadata(List.of(ContextObject.VolumeState.of(25, false))),
          Event.text("m", "d", "hello").metadata(List.of()),
          Directive.of(
                  new Header("SpeechRecognizer", "ExpectSpeech", "m", Optional.of("d")),
                  Json.newObject().put("timeoutInMilliseconds", 5_000))
              .json(),
          "{\"header\":{\"namespace\":\"A\",\"name\":\"b\",\"messageId\":\"m\"},\"payload\":{\"url\":\"cid:x\",\"n\":[1,2.5]}}"
              .getBytes(UTF_8));

  @Test
  void aMessageThatWasTamperedWithIsReadOrMalformed() {
    long first = Long.getLong("seed", System.nanoTime());
    for (int i = 0; i < BODIES; i++) {
      long seed = first + i;
      byte[] body = mutated(new Random(seed));
      try {
        read(body);
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("-Dseed=" + seed + ": " + new String(body, ISO_8859_1), e);
      }
    }
  }

  private static byte[] mutated(Random random) {
    StringBuilder body =
        new StringBuilder(new String(MESSAGES.get(random.nextInt(MESSAGES.size())), ISO_8859_1));
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(body.length() + 1);
      int end = Math.min(body.length(), at + random.nextInt(12));
      switch (random.nextInt(3)) {
        case 0 -> body.delete(at, end);
        case 1 -> body.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
        default -> body.insert(at, PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return body.toString().getBytes(ISO_8859_1);
  }

  private static void read(byte[] body) {
    attempt(() -> Event.ofMetadata(body));
    attempt(() -> Directive.parse(body).contentIds());
    attempt(() -> Json.bytes(Json.object(body)));
    var _ = DirectiveId.of(body);
  }

  private interface Reading {
    Object read() throws MalformedException;
  }

  private static void attempt(Reading reading) {
    try {
      var _ = reading.read();
    } catch (MalformedException e) {
      // That is what bad input comes to.
    }
  }
}
