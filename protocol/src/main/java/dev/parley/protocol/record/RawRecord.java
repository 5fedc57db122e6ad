package dev.parley.protocol.record;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.Ids;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import java.util.Map;
import java.util.Optional;

/**
 * A Kafka record without Kafka: key, text headers and value. Ownership of {@code value} goes with
 * the record; nobody changes it afterwards.
 *
 * @param key the record's key; empty where the layout has none
 * @param headers UTF-8 text headers, each name once
 * @param value the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; the layout is bytes.
public record RawRecord(String key, Map<String, String> headers, byte[] value) {
  /** Copies the headers. */
  public RawRecord {
    headers = Map.copyOf(headers);
  }

  /** What says that the record of this key is no more, on a compacted topic. */
  public static RawRecord tombstone(String key) {
    return new RawRecord(key, Map.of(), new byte[0]);
  }

  /** Whether it is a tombstone: every other record has headers. */
  public boolean isTombstone() {
    return headers.isEmpty() && value.length == 0;
  }

  String header(String name) throws MalformedException {
    String value = headers.get(name);
    if (value == null) {
      throw new MalformedException("header \"" + name + "\" is missing");
    }
    return value;
  }

  String id(String name) throws MalformedException {
    String value = header(name);
    if (!Ids.isValid(value)) {
      throw new MalformedException("header \"" + name + "\" is not a valid id");
    }
    return value;
  }

  int seq() throws MalformedException {
    String text = header("seq");
    try {
      int seq = Integer.parseInt(text);
      if (seq >= 0 && Integer.toString(seq).equals(text)) {
        return seq;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for all.
    }
    throw new MalformedException(
        "header \"seq\" is not a whole number from 0 to " + Integer.MAX_VALUE);
  }

  /**
   * Makes sure that it has the layout that this release reads.
   *
   * @param version the one of the topic
   * @throws MalformedException when it has not
   */
  public void checkVersion(String version) throws MalformedException {
    if (!version.equals(headers.get("v"))) {
      throw new MalformedException(
          "header \"v\" is not " + version + "; this release reads no other layout");
    }
  }

  /**
   * The turn that it is about, where its layout has one.
   *
   * @throws MalformedException when key or headers do not name one
   */
  public TurnId turn() throws MalformedException {
    try {
      return new TurnId(header("device"), key, header("message"));
    } catch (IllegalArgumentException e) {
      // Looked at again only to say which it is: this is done for every chunk.
      var _ = id("device");
      var _ = id("message");
      throw new MalformedException("the key is not a valid dialogRequestId", e);
    }
  }

  Optional<TurnId> turnIfAny() throws MalformedException {
    return headers.containsKey("message") ? Optional.of(turn()) : Optional.empty();
  }

  /**
   * Who wrote it, where its layout has that.
   *
   * @throws MalformedException when the header is missing or not of its form
   */
  public Attempt attempt() throws MalformedException {
    return Attempt.parse(header("attempt"));
  }
}
