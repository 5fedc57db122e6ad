package dev.parley.bench;

import io.netty.buffer.ByteBuf;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the chunks in one request's body as cheaply as can be: the first part is the metadata,
 * every other one a whole chunk. Nothing is checked; the stand-in is for that. One thread.
 */
final class ChunkReader {
  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
  private static final byte[] PART_END = {'\r', '\n', '-', '-'};

  private enum State {
    HEAD,
    METADATA,
    AUDIO
  }

  private final Arrivals arrivals;
  private final int port;
  private final LongSupplier clock;
  private State state = State.HEAD;
  private boolean metadataRead;
  private int matched;
  private int read;
  private long due;
  private long identity;
  private Arrivals.@Nullable Dialog dialog;

  /**
   * Reads one request.
   *
   * @param port by which it comes
   */
  ChunkReader(Arrivals arrivals, int port, LongSupplier clock) {
    this.arrivals = arrivals;
    this.port = port;
    this.clock = clock;
  }

  /** Takes the next bytes of the body, all of them. */
  void take(ByteBuf bytes) {
    while (bytes.isReadable()) {
      switch (state) {
        case HEAD -> {
          if (skipPast(bytes, HEAD_END)) {
            state = metadataRead ? State.AUDIO : State.METADATA;
            read = 0;
          }
        }
        case METADATA -> {
          if (skipPast(bytes, PART_END)) {
            metadataRead = true;
            state = State.HEAD;
          }
        }
        case AUDIO -> audio(bytes);
      }
    }
  }

  private void audio(ByteBuf bytes) {
    while (read < Chunk.HEAD_BYTES && bytes.isReadable()) {
      long next = bytes.readByte() & 0xff;
      if (read < Long.BYTES) {
        due = due << 8 | next;
      } else {
        identity = identity << 8 | next;
      }
      read++;
    }
    int rest = Math.min(Chunk.BYTES - read, bytes.readableBytes());
    bytes.skipBytes(rest);
    read += rest;
    if (read == Chunk.BYTES) {
      arrived();
      state = State.HEAD;
    }
  }

  private void arrived() {
    long now = clock.getAsLong();
    Arrivals.Dialog known = dialog;
    if (known == null) {
      known = arrivals.upload((int) (identity >>> 32), port, now);
      dialog = known;
    }
    arrivals.chunk(known, port, (int) identity, due, now);
  }

  /** Whether all of {@code wanted} has gone by, now or in what came before. */
  private boolean skipPast(ByteBuf bytes, byte[] wanted) {
    while (bytes.isReadable()) {
      byte next = bytes.readByte();
      if (next == wanted[matched]) {
        matched++;
        if (matched == wanted.length) {
          matched = 0;
          return true;
        }
      } else {
        matched = next == wanted[0] ? 1 : 0;
      }
    }
    return false;
  }
}
