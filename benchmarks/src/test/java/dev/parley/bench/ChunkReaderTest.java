package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.multipart.EventBody;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkReaderTest {
  private static final long NOW = 50_000_000;
  private final Arrivals arrivals = new Arrivals();

  private static byte[] body(int dialog, long dueNanos, int chunks) {
    EventBody body = new EventBody("boundary-1", EventBody.Layout.PART_PER_CHUNK);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(body.metadata("{\"event\":\"--\"}".getBytes(StandardCharsets.UTF_8)));
    for (int seq = 0; seq < chunks; seq++) {
      bytes.writeBytes(body.beforeChunk(seq));
      bytes.writeBytes(Chunk.of(dueNanos, dialog, seq));
    }
    bytes.writeBytes(body.end());
    return bytes.toByteArray();
  }

  private void take(byte[] body, int step) {
    ChunkReader reader = new ChunkReader(arrivals, 1, () -> NOW);
    for (int from = 0; from < body.length; from += step) {
      reader.take(Unpooled.wrappedBuffer(body, from, Math.min(step, body.length - from)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 6_400, 1_000_000})
  void findsEveryChunkHoweverTheBodyIsSplit(int step) {
    take(body(3, 20_000_000, 5), step);
    Arrivals.Sum sum = arrivals.mark(NOW);
    assertThat(sum.chunks()).isEqualTo(5);
    assertThat(sum.repeated()).isZero();
    assertThat(sum.dialogs()).isEqualTo(1);
    assertThat(sum.p50()).isBetween(29_900L, 30_100L);
  }

  @Test
  void whatComesAgainInAnotherRequestIsRepeatedAndNotLate() {
    take(body(3, 49_000_000, 2), 1_000);
    take(body(3, 20_000_000, 4), 1_000);
    Arrivals.Sum sum = arrivals.mark(NOW);
    assertThat(sum.chunks()).isEqualTo(4);
    assertThat(sum.repeated()).isEqualTo(2);
  }
}
