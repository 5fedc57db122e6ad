package dev.parley.protocol.record;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.Ids;
import dev.parley.protocol.MalformedException;
import java.util.HashMap;
import java.util.Map;

/**
 * A record of {@code parley.attachments}: a piece of an attachment's bytes. Pieces of one
 * attachment stand in order; other attachments' pieces may stand between.
 *
 * @param key dialogRequestId where it belongs to a turn, else the device id
 * @param attachment Parley's name for the attachment, as in the ledger
 * @param seq 0, 1, 2 ... within the attachment
 * @param last whether it is the last; a last piece may be empty
 * @param bytes at most {@link #MAX_BYTES}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record AttachmentPiece(
    String key,
    String device,
    Attempt attempt,
    String attachment,
    int seq,
    boolean last,
    byte[] bytes) {
  /** The largest piece, in bytes. */
  public static final int MAX_BYTES = 256 * 1024;

  /** Checks ids and sizes. */
  public AttachmentPiece {
    Ids.check("key", key);
    Ids.check("device", device);
    Ids.check("attachment", attachment);
    if (seq < 0) {
      throw new IllegalArgumentException("seq is below 0");
    }
    if (bytes.length == 0 && !last) {
      throw new IllegalArgumentException("only a last piece may be empty");
    }
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a piece of " + bytes.length + " bytes is larger than " + MAX_BYTES);
    }
  }

  /** The record's form on the topic. */
  public RawRecord toRaw() {
    Map<String, String> headers = new HashMap<>();
    headers.put("v", RawRecord.VERSION);
    headers.put("kind", "piece");
    headers.put("device", device);
    headers.put("attempt", attempt.toString());
    headers.put("attachment", attachment);
    headers.put("seq", Integer.toString(seq));
    headers.put("last", Boolean.toString(last));
    return new RawRecord(key, headers, bytes);
  }

  /**
   * Reads a record of the topic.
   *
   * @throws MalformedException when it is none; the message says what is wrong with it
   */
  public static AttachmentPiece parse(RawRecord raw) throws MalformedException {
    raw.checkVersion();
    if (!raw.header("kind").equals("piece")) {
      throw new MalformedException("header \"kind\" is not piece");
    }
    String last = raw.header("last");
    if (!last.equals("true") && !last.equals("false")) {
      throw new MalformedException("header \"last\" is neither true nor false");
    }
    try {
      return new AttachmentPiece(
          raw.key(),
          raw.id("device"),
          raw.attempt(),
          raw.id("attachment"),
          raw.seq(),
          last.equals("true"),
          raw.value());
    } catch (IllegalArgumentException e) {
      throw new MalformedException("piece: " + e.getMessage(), e);
    }
  }
}
