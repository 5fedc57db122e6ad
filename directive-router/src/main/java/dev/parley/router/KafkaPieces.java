package dev.parley.router;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.router.delivery.Pieces;
import dev.parley.router.queue.Attachment;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads attachments from {@code parley.attachments}, each with a consumer of its own that is put
 * aside for the next one afterwards.
 */
final class KafkaPieces implements Pieces, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaPieces.class);

  private final String topic;
  private final IntSupplier partitions;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Semaphore free;
  private final ConcurrentLinkedDeque<Consumer<byte[], byte[]>> spare =
      new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /**
   * @param partitions N of all topics, known when the first attachment is
   * @param consumers makes one outside any group
   * @param readers consumers at a time
   */
  KafkaPieces(
      String topic,
      IntSupplier partitions,
      Supplier<Consumer<byte[], byte[]>> consumers,
      int readers) {
    this.topic = topic;
    this.partitions = partitions;
    this.consumers = consumers;
    this.free = new Semaphore(readers);
  }

  @Override
  public Optional<Reading> read(String device, Attachment attachment) {
    if (closed || !free.tryAcquire()) {
      return Optional.empty();
    }
    Consumer<byte[], byte[]> consumer = null;
    try {
      consumer = spare.poll();
      if (consumer == null) {
        consumer = consumers.get();
      }
      TopicPartition partition =
          new TopicPartition(topic, DevicePartition.of(device, partitions.getAsInt()));
      consumer.assign(List.of(partition));
      consumer.seek(partition, attachment.firstPiece());
      return Optional.of(new KafkaReading(consumer, device, attachment.name()));
    } catch (RuntimeException e) {
      if (consumer != null) {
        consumer.close();
      }
      free.release();
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Consumer<byte[], byte[]> c = spare.poll(); c != null; c = spare.poll()) {
      c.close();
    }
  }

  private final class KafkaReading implements Reading {
    private final Consumer<byte[], byte[]> consumer;
    private final String device;
    private final String attachment;
    private final ArrayDeque<AttachmentPiece> read = new ArrayDeque<>();
    private int expected;

    KafkaReading(Consumer<byte[], byte[]> consumer, String device, String attachment) {
      this.consumer = consumer;
      this.device = device;
      this.attachment = attachment;
    }

    @Override
    public Optional<AttachmentPiece> next(Duration idle) throws GoneException {
      long deadline = System.nanoTime() + idle.toNanos();
      while (read.isEmpty()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return Optional.empty();
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofNanos(left))) {
          take(record);
        }
      }
      AttachmentPiece piece = read.remove();
      // Without its beginning, or with a hole, it would be another sound.
      if (piece.seq() != expected) {
        throw new GoneException("piece " + expected + " of " + attachment + " is gone");
      }
      expected++;
      return Optional.of(piece);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
      try {
        AttachmentPiece piece = AttachmentPiece.parse(KafkaRecords.fromKafka(record));
        // A piece that was appended twice counts once.
        int next = read.isEmpty() ? expected : read.getLast().seq() + 1;
        if (piece.device().equals(device)
            && piece.attachment().equals(attachment)
            && piece.seq() >= next) {
          read.add(piece);
        }
      } catch (MalformedException e) {
        log.warn(
            "{}-{}@{} is no piece: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            e.getMessage());
      }
    }

    @Override
    public void close() {
      try {
        consumer.unsubscribe();
        if (closed) {
          consumer.close();
        } else {
          spare.push(consumer);
        }
      } finally {
        free.release();
      }
    }
  }
}
