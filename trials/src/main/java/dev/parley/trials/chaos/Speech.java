package dev.parley.trials.chaos;

import dev.parley.protocol.TurnId;
import dev.parley.trials.chaos.History.End;
import dev.parley.trials.chaos.History.Published;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The audio of one turn, made up as it is spoken; no two chunks of any turns are alike. */
final class Speech {
  private static final int CHUNK = 6_400;
  private static final byte[] NOISE = new byte[64 * 1024];

  static {
    new java.util.Random(1).nextBytes(NOISE);
  }

  private final TurnId turn;
  private final RandomGenerator random;
  private final MessageDigest digest;
  private long[] prefixes = new long[16];
  private int boundaries;
  private long made;
  private long acknowledged;

  Speech(TurnId turn, RandomGenerator random) {
    this.turn = turn;
    this.random = random;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    note();
  }

  /** The next 200 ms. */
  byte[] chunk() {
    byte[] chunk = new byte[CHUNK];
    System.arraycopy(NOISE, random.nextInt(NOISE.length - CHUNK), chunk, 0, CHUNK);
    ByteBuffer.wrap(chunk).putLong(random.nextLong());
    digest.update(chunk);
    made += CHUNK;
    note();
    return chunk;
  }

  private void note() {
    if (boundaries == prefixes.length) {
      prefixes = Arrays.copyOf(prefixes, 2 * boundaries);
    }
    try {
      byte[] hash = ((MessageDigest) digest.clone()).digest();
      prefixes[boundaries++] = Prefixes.shortened(HexFormat.of().formatHex(hash));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's own SHA-256 can be cloned", e);
    }
  }

  /** Kafka has what was made so far. */
  void acknowledged() {
    acknowledged = made;
  }

  Published published(End end) {
    Prefixes known = new Prefixes(CHUNK, Arrays.copyOf(prefixes, boundaries));
    return new Published(turn, known, acknowledged, end);
  }
}
