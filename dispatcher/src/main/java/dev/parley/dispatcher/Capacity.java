package dev.parley.dispatcher;

/**
 * What a dispatcher takes on at once.
 *
 * @param openTurns the most turns that are open
 * @param devices the most devices that keep a downchannel; beyond, the one that has been silent
 *     longest loses its own
 * @param heldBytes the most speech that waits for CIC, in bytes
 */
public record Capacity(int openTurns, int devices, long heldBytes) {
  /** About six times what two cores carry in real time. */
  private static final int MOST_TURNS = 20_000;

  private static final int MOST_DEVICES = 1_000_000;

  /** Of memory that a device takes; measured are 11 of them, and 55 for a connection. */
  private static final int DEVICE_BYTES = 16 * 1024;

  private static final int LANE_BYTES = 64 * 1024;

  /** What a dispatcher without anything to do takes: classes, Kafka's clients, 64 partitions. */
  private static final int IDLE_BYTES = 24 * 1024 * 1024;

  /**
   * What this process's heap has room for beside an idle dispatcher: a quarter of that for speech,
   * one for devices; turns take less than half of that. The rest is for what comes from Kafka, and
   * for the collector.
   */
  public static Capacity ofHeap(int devicesPerLane) {
    return of(Runtime.getRuntime().maxMemory(), devicesPerLane);
  }

  static Capacity of(long heapBytes, int devicesPerLane) {
    long quarter = Math.max(heapBytes / 8, (heapBytes - IDLE_BYTES) / 4);
    int devices =
        Math.clamp(quarter / (DEVICE_BYTES + LANE_BYTES / devicesPerLane), 1, MOST_DEVICES);
    return new Capacity(Math.min(MOST_TURNS, devices), devices, quarter);
  }
}
