package dev.parley.turnlog;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/**
 * Where a device's records stand: {@code toPositive(murmur2(device id)) mod N}, as Kafka's own
 * partitioner would place a record with the device id as its key, on every topic. Records are keyed
 * by dialog but placed by device, because C4, C5 and C28 are rules about a device.
 */
public final class DevicePartition {
  private DevicePartition() {}

  /**
   * The partition of a device.
   *
   * @param partitions N, the same on all topics, from 1
   */
  public static int of(String device, int partitions) {
    return Utils.toPositive(Utils.murmur2(device.getBytes(StandardCharsets.UTF_8))) % partitions;
  }
}
