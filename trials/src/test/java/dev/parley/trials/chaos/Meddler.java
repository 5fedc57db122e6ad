package dev.parley.trials.chaos;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.RawRecord;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads speech and ledger as they are written, and writes into both what nobody should. A thread of
 * its own.
 */
final class Meddler implements AutoCloseable {
  /** What is written because of a record, onto the topic and partition that it came from. */
  interface Deed {
    List<RawRecord> because(String topic, RawRecord record) throws MalformedException;
  }

  private static final Duration POLL = Duration.ofMillis(20);
  private static final int CLOSED_WITHIN_SECONDS = 10;

  private final KafkaSettings kafka;
  private final int partitions;
  private final List<Deed> deeds;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  Meddler(KafkaSettings kafka, int partitions, List<Deed> deeds) {
    this.kafka = kafka;
    this.partitions = partitions;
    this.deeds = List.copyOf(deeds);
    Thread.ofVirtual().name("meddler").start(this::run);
  }

  private void run() {
    try (Consumer<byte[], byte[]> consumer = kafka.reader("meddler");
        Producer<byte[], byte[]> producer = kafka.producer("meddler", 0)) {
      List<TopicPartition> all = new ArrayList<>();
      for (int i = 0; i < partitions; i++) {
        all.add(new TopicPartition(Topics.DEFAULT.speech(), i));
        all.add(new TopicPartition(Topics.DEFAULT.ledger(), i));
      }
      consumer.assign(all);
      consumer.seekToEnd(all);
      while (stop.getCount() > 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          RawRecord raw = KafkaRecords.fromKafka(record);
          for (Deed deed : deeds) {
            for (RawRecord forged : deed.because(record.topic(), raw)) {
              var _ =
                  producer.send(KafkaRecords.toKafka(record.topic(), record.partition(), forged));
            }
          }
        }
      }
    } catch (MalformedException e) {
      throw new IllegalStateException(e);
    } finally {
      stopped.countDown();
    }
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      if (!stopped.await(CLOSED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the meddler does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
