package dev.parley.standin;

import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The SHA-256 of bytes as they come: of all of them, and of those up to the last boundary between
 * chunks of 6,400 bytes, by which an upload that broke off can be told from a foreign one. Not
 * thread-safe.
 */
final class ChunkedHash {
  private final MessageDigest digest = ClientId.sha256();
  private MessageDigest atBoundary = copy(digest);
  private long bytes;

  void update(byte[] block, int at, int length) {
    int done = 0;
    while (done < length) {
      int toBoundary = EventBody.CHUNK - Math.toIntExact(bytes % EventBody.CHUNK);
      int step = Math.min(toBoundary, length - done);
      digest.update(block, at + done, step);
      bytes += step;
      done += step;
      if (step == toBoundary) {
        atBoundary = copy(digest);
      }
    }
  }

  /** Of all bytes so far, in lower-case hex. */
  String all() {
    return hex(digest);
  }

  /** Of the bytes up to the last boundary, in lower-case hex. */
  String chunks() {
    return hex(atBoundary);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(copy(digest).digest());
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's own SHA-256 can be cloned", e);
    }
  }
}
