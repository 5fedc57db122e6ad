package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.Cic;
import java.time.InstantSource;
import org.apache.kafka.clients.producer.Producer;

/**
 * What the partitions of a dispatcher share.
 *
 * @param id random, of this process: it names its claims
 * @param partitions N, the same on all topics
 */
record DispatcherParts(
    DispatcherConfig config,
    String id,
    int partitions,
    Producer<byte[], byte[]> producer,
    Cic cic,
    SpeechEnd speechEnd,
    InstantSource clock,
    DispatcherMetrics metrics) {}
