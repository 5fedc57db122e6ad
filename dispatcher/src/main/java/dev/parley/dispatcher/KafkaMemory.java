package dev.parley.dispatcher;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * What comes from Kafka and goes there may take of the heap, so much of it as {@link Capacity}
 * leaves; all in bytes, but turns.
 *
 * @param fetch of a broker's answer to the group's consumer
 * @param readAhead what was read and is not worked on yet, over all partitions
 * @param buffer what one of the two producers has accepted and the brokers have not
 * @param reread of a broker's answer to who reads a partition again; every partition may be
 * @param gathering how many attachments may gather large pieces at a time
 * @param rememberedTurns how many settled turns of a partition are remembered, and how many that
 *     former owners closed
 */
record KafkaMemory(
    int fetch, long readAhead, long buffer, int reread, int gathering, int rememberedTurns) {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** A broker is missed after 9 s, and CIC's answer may stand still for 30. */
  private static final int BULK_MILLIS = 20_000;

  /** Of a chunk, with what Kafka's client makes of it. */
  private static final int RECORD_BYTES = 16 * KIB;

  /** Measured: its three names, and its places in two tables. */
  private static final int TURN_BYTES = 600;

  /** Of this process's heap, for so many partitions as it may come to hold: all that there are. */
  static KafkaMemory ofHeap(int partitions) {
    return of(Runtime.getRuntime().maxMemory(), partitions);
  }

  static KafkaMemory of(long heapBytes, int partitions) {
    return new KafkaMemory(
        Math.clamp(heapBytes / 64, MIB / 2, 8 * MIB),
        Math.max(heapBytes / 32, MIB),
        Math.clamp(heapBytes / 32, 2L * MIB, 32L * MIB),
        Math.clamp(heapBytes / 32 / partitions, 64 * KIB, MIB),
        Math.clamp(heapBytes / 64 / StoredAttachment.PIECE, 8, 4_000),
        Math.clamp(heapBytes / 16 / TURN_BYTES / partitions, 200, 20_000));
  }

  Map<String, Object> ofGroupConsumer() {
    return Map.of(
        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
        fetch,
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
        Math.min(fetch, MIB),
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
        Math.clamp(fetch / RECORD_BYTES, 50, 500));
  }

  Map<String, Object> ofReader() {
    return Map.of(
        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
        reread,
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
        reread);
  }

  /** Of who reads many partitions on. */
  Map<String, Object> ofTail() {
    return Map.of(
        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
        fetch,
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
        reread);
  }

  Map<String, Object> ofProducer() {
    return Map.of(ProducerConfig.BUFFER_MEMORY_CONFIG, buffer);
  }

  /** Of the one for attachments, whose readers can wait while Kafka elects another leader. */
  Map<String, Object> ofBulkProducer() {
    return Map.of(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        buffer,
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        BULK_MILLIS);
  }
}
