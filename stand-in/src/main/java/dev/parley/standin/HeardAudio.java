package dev.parley.standin;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The audio of one turn: listened to, hashed and kept for the echo, each byte copied once at most.
 * Not thread-safe.
 */
final class HeardAudio {
  private static final int BLOCK = 16 * 1024;
  private static final FastThreadLocal<byte[]> SCRATCH =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[BLOCK];
        }
      };

  private final StopCapture.When when;
  private final Optional<EndOfSpeech> listener;
  private final Optional<ChunkedHash> hash;
  private final boolean keep;
  private final List<byte[]> kept = new ArrayList<>();
  private int usedOfLast = BLOCK;
  private long keptBytes;
  private long bytes;
  private long stopAtSample = -1;

  HeardAudio(StopCapture.When when, StandInConfig.Hearing hearing, Duration hangover) {
    this.when = when;
    this.listener =
        when instanceof StopCapture.When.Heard && hearing.listen()
            ? Optional.of(new EndOfSpeech(hangover))
            : Optional.empty();
    this.hash = hearing.hash() ? Optional.of(new ChunkedHash()) : Optional.empty();
    this.keep = hearing.echo();
  }

  /**
   * Takes the next audio.
   *
   * @return true if these bytes make the stand-in say StopCapture; once a turn
   */
  boolean accept(ByteBuf audio) {
    boolean stopBefore = stopAtSample >= 0;
    while (audio.isReadable()) {
      byte[] block = SCRATCH.get();
      int at = 0;
      int room = BLOCK;
      boolean keeping = keep && keptBytes < StandIn.ECHO_LIMIT;
      if (keeping) {
        if (usedOfLast == BLOCK) {
          kept.add(new byte[BLOCK]);
          usedOfLast = 0;
        }
        block = kept.getLast();
        at = usedOfLast;
        room = (int) Math.min(BLOCK - usedOfLast, StandIn.ECHO_LIMIT - keptBytes);
      }
      int length = Math.min(room, audio.readableBytes());
      audio.readBytes(block, at, length);
      if (keeping) {
        usedOfLast += length;
        keptBytes += length;
      }
      hear(block, at, length);
    }
    return !stopBefore && stopAtSample >= 0;
  }

  private void hear(byte[] block, int at, int length) {
    bytes += length;
    hash.ifPresent(digest -> digest.update(block, at, length));
    if (stopAtSample >= 0) {
      return;
    }
    switch (when) {
      case StopCapture.When.Heard _ -> {
        if (listener.isPresent() && listener.get().accept(block, at, length)) {
          stopAtSample = listener.get().foundAtSample();
        }
      }
      case StopCapture.When.AfterAudio(Duration audio) -> {
        if (samples() >= audio.toMillis() * 16) {
          stopAtSample = samples();
        }
      }
      case StopCapture.When.Never _ -> {}
    }
  }

  long bytes() {
    return bytes;
  }

  long samples() {
    return bytes / 2;
  }

  /** The samples up to StopCapture: what CIC would hear of them. */
  long heardSamples() {
    return stopAtSample < 0 ? samples() : stopAtSample;
  }

  OptionalLong stopAtSample() {
    return stopAtSample < 0 ? OptionalLong.empty() : OptionalLong.of(stopAtSample);
  }

  /** Whether there was more audio than is kept. */
  boolean isCut() {
    return keep && keptBytes < bytes;
  }

  /** What was kept, in order; the blocks are handed over. */
  List<byte[]> kept() {
    if (kept.isEmpty() || usedOfLast == BLOCK) {
      return kept;
    }
    List<byte[]> exact = new ArrayList<>(kept);
    exact.set(exact.size() - 1, Arrays.copyOf(kept.getLast(), usedOfLast));
    return exact;
  }

  /** The hash of all audio, in hex. Empty if hashing is off. */
  String sha256() {
    return hash.map(ChunkedHash::all).orElse("");
  }

  /** The hash of the audio up to the last boundary between chunks. Empty if hashing is off. */
  String chunksSha256() {
    return hash.map(ChunkedHash::chunks).orElse("");
  }
}
