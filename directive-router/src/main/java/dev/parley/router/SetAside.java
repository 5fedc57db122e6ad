package dev.parley.router;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where records go that could not be used. Must not block. */
@FunctionalInterface
interface SetAside {
  /**
   * Sets a record aside.
   *
   * @param reason a slug
   * @param detail one sentence
   */
  void add(ConsumerRecord<byte[], byte[]> record, String reason, String detail);
}
