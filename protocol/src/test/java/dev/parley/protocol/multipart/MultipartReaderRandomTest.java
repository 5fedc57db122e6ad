package dev.parley.protocol.multipart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.multipart.MultipartReader.Limits;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random bodies made of the pieces that matter, cut at random. Any seed can be run again. */
class MultipartReaderRandomTest {
  private static final int BODIES = 20_000;
  private static final List<String> PIECES =
      List.of(
          "\r\n--B\r\n",
          "\n--B\n",
          "--B",
          "--B--",
          "\r",
          "\n",
          "-",
          " ",
          "\r\n\r\n",
          "Content-Type: application/json\r\n",
          "Content-Type: audio/mpeg\r\n",
          "Content-ID: <x>\r\n",
          "{",
          "}",
          "[",
          "\"",
          "\\",
          "{\"header\":{\"namespace\":\"A\",\"name\":\"b\"}}",
          "{\"header\":{\"namespace\":\"A\",\"name\":\"\\ud800\"},\"payload\":{\"a\":1e9999}}",
          "\u00ff\u0000");

  @Test
  void anyBytesAreReadOrMalformedAndCutsMakeNoDifference() {
    long first = Long.getLong("seed", System.nanoTime());
    for (int i = 0; i < BODIES; i++) {
      check(first + i);
    }
  }

  private static void check(long seed) {
    Random random = new Random(seed);
    byte[] body = body(random);
    Limits limits = new Limits(random.nextInt(5), 60, 80, 40);
    try {
      List<String> whole = Heard.of("B", limits, body);
      List<String> cut = Heard.of("B", limits, cut(body, random));
      // A limit that breaks within a slice is noticed before any of the slice is told.
      assertThat(withoutBytes(cut)).isEqualTo(withoutBytes(whole));
      if (!whole.contains("broken off")) {
        assertThat(cut).isEqualTo(whole);
      }
    } catch (Throwable e) {
      throw new AssertionError(
          "-Dseed=" + seed + " body: " + new String(body, ISO_8859_1).replace("\r", "\\r"), e);
    }
  }

  private static List<String> withoutBytes(List<String> lines) {
    return lines.stream().filter(line -> !line.startsWith("bytes")).toList();
  }

  private static byte[] body(Random random) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int count = random.nextInt(20);
    for (int i = 0; i < count; i++) {
      body.writeBytes(PIECES.get(random.nextInt(PIECES.size())).getBytes(ISO_8859_1));
    }
    return body.toByteArray();
  }

  private static byte[][] cut(byte[] body, Random random) {
    List<byte[]> pieces = new ArrayList<>();
    for (int at = 0; at < body.length; ) {
      int end = Math.min(body.length, at + 1 + random.nextInt(8));
      pieces.add(Arrays.copyOfRange(body, at, end));
      at = end;
    }
    return pieces.toArray(new byte[0][]);
  }
}
