package dev.parley.producer;

import java.io.InputStream;
import java.util.Locale;

/** What a request's body is, by its Content-Type. */
enum AudioType {
  /** PCM as it goes to CIC (C16). */
  RAW,
  /** A WAV of any kind. */
  WAV,
  /** JSON: no audio. */
  TEXT;

  /**
   * The type of this header value.
   *
   * @throws Refusal when it is none that can be spoken
   */
  static AudioType of(String contentType) throws Refusal {
    String[] parts = contentType.toLowerCase(Locale.ROOT).replace(" ", "").split(";", -1);
    return switch (parts[0]) {
      case "audio/l16" -> {
        for (int i = 1; i < parts.length; i++) {
          boolean rate = parts[i].startsWith("rate=") && !parts[i].equals("rate=16000");
          boolean channels = parts[i].startsWith("channels=") && !parts[i].equals("channels=1");
          if (rate || channels) {
            throw unsupported("audio/l16 is taken with rate=16000 and one channel; ");
          }
        }
        yield RAW;
      }
      case "application/octet-stream" -> RAW;
      case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave" -> WAV;
      case "application/json" -> TEXT;
      default -> throw unsupported("");
    };
  }

  private static Refusal unsupported(String detail) {
    return new Refusal(
        415,
        "unsupported-type",
        detail
            + "send audio/l16;rate=16000 (little endian), application/octet-stream (the same),"
            + " audio/wav or application/json");
  }

  AudioSource open(InputStream body) throws AudioException {
    String name = "the request's body";
    return this == WAV ? AudioSource.wav(body, name) : AudioSource.raw(body, name);
  }
}
