package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultipartReaderTest {
  /** Bodies full of what looks like a delimiter and is none. */
  private static final String TRICKY = "\r\n--B!\r\r\n-\r\n--\r\n\r\n--Boundary-Tex";

  private static final String WHOLE =
      "--Boundary-Text\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{}\r\n"
          + "--Boundary-Text\r\nContent-Disposition: form-data; name=\"audio\"\r\nX: y\r\n\r\n"
          + TRICKY
          + "\r\n--Boundary-Text\r\n\r\n\r\n--Boundary-Text--\r\n";

  private static final class Collected implements MultipartReader.Sink {
    final List<String> parts = new ArrayList<>();
    private StringBuilder part = new StringBuilder();

    @Override
    public void partBegins(PartHeaders headers) {
      part = new StringBuilder(headers.name() + ":");
    }

    @Override
    public void body(ByteBuf bytes) {
      part.append(bytes.toString(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void partEnds() {
      parts.add(part.toString());
    }
  }

  private static MultipartReader read(Collected into, String... pieces) {
    MultipartReader reader = new MultipartReader("Boundary-Text", into);
    for (String piece : pieces) {
      reader.read(Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1));
    }
    return reader;
  }

  @Test
  void readsTheSameWhereverTheBodyIsSplitInTwo() {
    for (int at = 0; at <= WHOLE.length(); at++) {
      Collected collected = new Collected();
      MultipartReader reader = read(collected, WHOLE.substring(0, at), WHOLE.substring(at));
      assertThat(collected.parts)
          .as("split at %d", at)
          .containsExactly("metadata:{}", "audio:" + TRICKY, ":");
      assertThat(reader.complete()).isTrue();
      assertThat(reader.bytesOutside()).isZero();
    }
  }

  @Test
  void readsTheSameByteByByte() {
    Collected collected = new Collected();
    assertThat(read(collected, WHOLE.split("")).complete()).isTrue();
    assertThat(collected.parts).containsExactly("metadata:{}", "audio:" + TRICKY, ":");
  }

  @Test
  void passesOnAnyBytes() {
    long seed = 42;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      StringBuilder body = new StringBuilder();
      for (int i = 0; i < 300; i++) {
        body.append("\r\n-Box".charAt(random.nextInt(6)));
      }
      Collected collected = new Collected();
      String whole = "--Boundary-Text\r\n\r\n" + body + "\r\n--Boundary-Text--";
      int at = random.nextInt(whole.length());
      read(collected, whole.substring(0, at), whole.substring(at));
      assertThat(collected.parts).as("seed %d, round %d", seed, round).containsExactly(":" + body);
    }
  }

  @Test
  void countsWhatStandsOutsideTheBoundaries() {
    assertThat(read(new Collected(), "junk\r\n" + WHOLE + "more").bytesOutside()).isEqualTo(8);
    assertThat(read(new Collected(), "\r\n" + WHOLE).bytesOutside()).isZero();
  }

  @Test
  void aBodyWithoutItsFinalBoundaryIsNotComplete() {
    assertThat(read(new Collected(), WHOLE.substring(0, WHOLE.length() - 4)).complete()).isFalse();
  }

  @Test
  void refusesABoundaryFollowedBySomethingElse() {
    assertThatThrownBy(
            () -> read(new Collected(), "--Boundary-Text\r\n\r\nx\r\n--Boundary-Textual\r\n"))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> read(new Collected(), "--Boundary-Text\n\nx"))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void refusesWhatIsNoHeader() {
    assertThatThrownBy(() -> read(new Collected(), "--Boundary-Text\r\nno colon\r\n\r\n"))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> read(new Collected(), "--Boundary-Text\r\na: b\nc: d\r\n\r\n"))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> read(new Collected(), "--Boundary-Text\r\na: b\r\nA: d\r\n\r\n"))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void boundsHeadersAndParts() {
    assertThatThrownBy(() ->
            read(
                new Collected(),
                "--Boundary-Text\r\na: " + "b".repeat(MultipartReader.MAX_HEADER_BYTES)))
        .hasMessageContaining("longer");
    assertThatThrownBy(
            () -> read(new Collected(), "x".repeat(MultipartReader.MAX_HEADER_BYTES + 1)))
        .hasMessageContaining("no boundary");
    String part = "--Boundary-Text\r\n\r\n\r\n";
    assertThatThrownBy(() -> read(new Collected(), part.repeat(MultipartReader.MAX_PARTS + 1)))
        .hasMessageContaining("parts");
  }
}
