package dev.parley.standin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Who a client is: the first 12 hex digits of the SHA-256 of its access token (C8). It may be
 * logged; the token may not.
 *
 * @param digest 12 lower-case hex digits
 */
public record ClientId(String digest) {

  /** The client that sends {@code Authorization: Bearer <token>}. */
  public static ClientId of(String token) {
    byte[] hash = sha256().digest(token.getBytes(StandardCharsets.UTF_8));
    return new ClientId(HexFormat.of().formatHex(hash, 0, 6));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return digest;
  }
}
