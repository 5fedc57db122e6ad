package dev.parley.protocol.record;

import dev.parley.protocol.Ids;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A record of {@code parley.devices}, the last of its key: the device has a downchannel, so that
 * whoever takes its partition over opens it. When that was is the record's own timestamp. Nothing
 * in it is secret.
 *
 * @param device the key
 */
public record DeviceRecord(String device) {
  /** The layout's version. */
  static final String VERSION = "1";

  /** Checks the id. */
  public DeviceRecord {
    Ids.check("device", device);
  }

  /** The record's form on the topic. */
  public RawRecord toRaw() {
    return new RawRecord(
        device, Map.of("v", VERSION, "kind", "device"), "{}".getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a record of the topic that is no tombstone.
   *
   * @throws MalformedException when it is none; the message says what is wrong with it
   */
  public static DeviceRecord parse(RawRecord raw) throws MalformedException {
    raw.checkVersion(VERSION);
    if (!raw.header("kind").equals("device")) {
      throw new MalformedException("header \"kind\" is not device");
    }
    var _ = Json.object(raw.value());
    if (!Ids.isValid(raw.key())) {
      throw new MalformedException("the key is not a valid device id");
    }
    return new DeviceRecord(raw.key());
  }
}
