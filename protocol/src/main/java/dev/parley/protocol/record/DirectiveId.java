package dev.parley.protocol.record;

import dev.parley.protocol.Ids;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;

/**
 * A name for a directive that may stand in headers and paths: the messageId that CIC gave it, if
 * that is an id as {@link Ids} has them; else a hash of whatever stands there, for CIC's ids are
 * CIC's own business. What it really is stands in the body.
 */
public final class DirectiveId {
  private static final String DERIVED = "x-";
  private static final int HEX_DIGITS = 32;

  private DirectiveId() {}

  /** Of a directive as it came. */
  public static String of(byte[] json) {
    try {
      JsonNode id = Json.object(Json.object(json), "header").get("messageId");
      if (id != null) {
        String text = id.isString() ? id.stringValue() : id.toString();
        return id.isString() && Ids.isValid(text)
            ? text
            : derived(text.getBytes(StandardCharsets.UTF_8));
      }
    } catch (MalformedException e) {
      // It has no messageId that could be read: all of it names it.
    }
    return derived(json);
  }

  private static String derived(byte[] from) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(from);
      return DERIVED + HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
