package dev.parley.producer;

/**
 * Kafka has taken a record of a turn.
 *
 * @param seq the record's number within its turn
 * @param bytes the length of its value
 * @param partition where it stands in {@code parley.speech}
 * @param offset its place there
 * @param timestampMillis when, in milliseconds since 1970: the broker's clock where the topic has
 *     LogAppendTime, else this process's
 */
public record Ack(int seq, int bytes, int partition, long offset, long timestampMillis) {}
