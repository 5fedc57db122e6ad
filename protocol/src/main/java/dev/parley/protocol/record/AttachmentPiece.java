package dev.parley.protocol.record;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.Ids;
import dev.parley.protocol.MalformedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A record of {@code parley.attachments}: a piece of an attachment's bytes. Pieces of one
 * attachment stand in order; other attachments' pieces may stand between.
 *
 * @param key dialogRequestId where it belongs to a turn, else the device id
 * @param attachment Parley's name for the attachment, as in the ledger
 * @param seq 0, 1, 2 ... within the attachment
 * @param end how the attachment ended, if this is its last piece, which may be empty
 * @param bytes at most {@link #MAX_BYTES}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record AttachmentPiece(
    String key,
    String device,
    Attempt attempt,
    String attachment,
    int seq,
    Optional<End> end,
    byte[] bytes) {
  /** The layout's version. */
  static final String VERSION = "2";

  /** The largest piece, in bytes. */
  public static final int MAX_BYTES = 256 * 1024;

  private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,17}");

  /**
   * How an attachment ended.
   *
   * @param length of all of it, in bytes
   * @param sha256 of all of it, in lower case hex
   * @param whole false when it broke off
   */
  public record End(long length, String sha256, boolean whole) {
    /** Checks the range and the hash. */
    public End {
      LedgerChecks.notNegative("length", length);
      LedgerChecks.sha256(sha256);
    }

    private String word() {
      return whole ? "whole" : "broken";
    }

    private static End parse(RawRecord raw) throws MalformedException {
      String end = raw.header("end");
      if (!end.equals("whole") && !end.equals("broken")) {
        throw new MalformedException("header \"end\" is neither whole nor broken");
      }
      String length = raw.header("length");
      if (!LENGTH.matcher(length).matches()) {
        throw new MalformedException("header \"length\" is not a whole number");
      }
      String sha256 = raw.header("sha256");
      if (!LedgerChecks.isSha256(sha256)) {
        throw new MalformedException("header \"sha256\" is not 64 digits of lower case hex");
      }
      return new End(Long.parseLong(length), sha256, end.equals("whole"));
    }
  }

  /** Checks ids and sizes. */
  public AttachmentPiece {
    Ids.check("key", key);
    Ids.check("device", device);
    Ids.check("attachment", attachment);
    if (seq < 0) {
      throw new IllegalArgumentException("seq is below 0");
    }
    if (bytes.length == 0 && end.isEmpty()) {
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
    headers.put("v", VERSION);
    headers.put("kind", "piece");
    headers.put("device", device);
    headers.put("attempt", attempt.toString());
    headers.put("attachment", attachment);
    headers.put("seq", Integer.toString(seq));
    end.ifPresent(e -> {
      headers.put("end", e.word());
      headers.put("length", Long.toString(e.length()));
      headers.put("sha256", e.sha256());
    });
    return new RawRecord(key, headers, bytes);
  }

  /**
   * Reads a record of the topic.
   *
   * @throws MalformedException when it is none; the message says what is wrong with it
   */
  public static AttachmentPiece parse(RawRecord raw) throws MalformedException {
    raw.checkVersion(VERSION);
    if (!raw.header("kind").equals("piece")) {
      throw new MalformedException("header \"kind\" is not piece");
    }
    try {
      return new AttachmentPiece(
          raw.key(),
          raw.id("device"),
          raw.attempt(),
          raw.id("attachment"),
          raw.seq(),
          raw.headers().containsKey("end") ? Optional.of(End.parse(raw)) : Optional.empty(),
          raw.value());
    } catch (IllegalArgumentException e) {
      throw new MalformedException("piece: " + e.getMessage(), e);
    }
  }
}
