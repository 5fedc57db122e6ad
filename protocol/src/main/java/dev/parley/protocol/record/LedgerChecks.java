package dev.parley.protocol.record;

import dev.parley.protocol.Ids;
import dev.parley.protocol.TurnId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What holds for every ledger record, on the way in and out; what must be there at all ({@link
 * #directive}, {@link #sha256}) on the way in only. Messages quote no content.
 */
final class LedgerChecks {
  /** The longest Content-ID and Content-Type, in characters. */
  private static final int MAX_TEXT = 256;

  private static final Pattern EVENT_NAME = Pattern.compile("[A-Za-z0-9._-]{1,129}");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private LedgerChecks() {}

  static void that(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  static void notNegative(String what, long number) {
    that(number >= 0, what + " is below 0");
  }

  static void received(String device, Optional<TurnId> turn) {
    Ids.check("device", device);
    that(turn.isEmpty() || turn.get().device().equals(device), "the turn is of another device");
  }

  static void eventName(String event) {
    that(EVENT_NAME.matcher(event).matches(), "event is not a name of the form namespace.name");
  }

  static void contentId(String contentId) {
    that(
        contentId.length() <= MAX_TEXT && contentId.chars().allMatch(c -> c >= ' ' && c != 0x7F),
        "contentId is longer than " + MAX_TEXT + " characters or holds control characters");
  }

  static void contentType(String contentType) {
    that(
        contentType.length() <= MAX_TEXT && contentType.chars().allMatch(c -> c >= ' ' && c <= '~'),
        "contentType is longer than " + MAX_TEXT + " characters or not printable ASCII");
  }

  static boolean isSha256(String sha256) {
    return SHA_256.matcher(sha256).matches();
  }

  static String sha256(String sha256) {
    that(isSha256(sha256), "sha256 is not 64 digits of lower case hex");
    return sha256;
  }

  static byte[] directive(byte[] json) {
    that(json.length > 0, "a directive of 0 bytes");
    return json;
  }
}
