package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.Event;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A turn under way, and what became of it. */
final class Utterance {
  static final int CHUNK = 6_400;

  private static final byte[] SOUND = sound();

  final TurnId turn;
  final Told told;
  final EventCall call;

  /** Begins a turn of speech. */
  Utterance(DeviceLink link, String device, Told told) {
    this.turn = new TurnId(device, UUID.randomUUID().toString(), UUID.randomUUID().toString());
    this.told = told;
    this.call =
        link.begin(
            turn,
            new Attempt(1, 1),
            Event.speech(turn.message(), turn.dialog(), "ko").metadata(List.of()),
            told);
  }

  private static byte[] sound() {
    byte[] pcm = new byte[CHUNK];
    new Random(7).nextBytes(pcm);
    return pcm;
  }

  /** Of so many chunks as {@link #speak} sends, and of what was said after them. */
  static String sha256(int chunks, byte[] more) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int i = 0; i < chunks; i++) {
        digest.update(SOUND);
      }
      digest.update(more);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  void speak(int chunks) {
    for (int i = 0; i < chunks; i++) {
      assertThat(call.send(SOUND.clone())).isTrue();
    }
  }

  /** Speaks on until CIC, which has answered, is seen to take no more. */
  void speakUntilRefused() {
    Awaitility.await("a refusal")
        .until(() -> {
          speak(1);
          return told.isUploadRefused();
        });
  }

  /** Brings it to a good end, whatever was said before. */
  void speakAndEndWell() {
    speak(3);
    call.finish();
    assertThat(told.end()).isEqualTo("ended 200");
  }
}
