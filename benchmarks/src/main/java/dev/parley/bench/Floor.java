package dev.parley.bench;

import dev.parley.protocol.Json;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The least that brings speech from Kafka to the endpoint: a consumer whose poll thread writes each
 * record to its dialog's request. It tracks nothing, commits nothing, forgives nothing.
 */
final class Floor implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final CicClient cic;
  private final Map<String, CicClient.Upload> uploads = new HashMap<>();
  private volatile boolean closed;

  private Floor(String bootstrap, String topic, int partitions, CicClient cic) {
    this.cic = cic;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                new KafkaSettings(bootstrap, Map.of()).bootstrap(),
                ConsumerConfig.RECEIVE_BUFFER_CONFIG,
                -1, // these three as the dispatcher's
                ConsumerConfig.SEND_BUFFER_CONFIG,
                -1,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                8 * 1024 * 1024,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)).toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position);
    Thread.ofPlatform().name("floor").start(this::run);
  }

  /** A part; its arguments are BOOTSTRAP PREFIX PARTITIONS URL CERTIFICATE DEVICES-PER-LANE. */
  public static void main(String[] arguments) throws IOException {
    try (Floor floor =
        new Floor(
            arguments[0],
            new Topics(arguments[1]).speech(),
            Integer.parseInt(arguments[2]),
            new CicClient(arguments[3], Path.of(arguments[4]), Integer.parseInt(arguments[5])))) {
      Control.serve((_, _) -> Json.newObject());
    }
  }

  private void run() {
    try (consumer) {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          take(record);
        }
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    String dialog = text(record.key());
    switch (header(record, "kind")) {
      case "begin" ->
          uploads.put(
              dialog, cic.open(CicClient.numberOf(header(record, "device")), record.value()));
      case "audio" -> {
        CicClient.Upload upload = uploads.get(dialog);
        if (upload != null) {
          upload.chunk(record.value());
        }
      }
      default -> {
        CicClient.Upload upload = uploads.remove(dialog);
        if (upload != null) {
          upload.end();
        }
      }
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : text(header.value());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    closed = true;
    cic.close();
  }
}
