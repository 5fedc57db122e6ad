package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.AttachmentStore;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.turnlog.KafkaRecords;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Writes attachments into {@code parley.attachments} piece by piece, on the threads that read them
 * from CIC, which wait when Kafka does.
 */
final class AttachmentLog implements AttachmentStore {
  /** Nobody gives the same name again, also not an owner that does not know of the others. */
  private static final int NAME_BYTES = 12;

  private final String topic;
  private final int partition;
  private final long owner;
  private final Producer<byte[], byte[]> producer;
  private final Semaphore room;
  private final SecureRandom random = new SecureRandom();

  /** {@code room}: a permit for each attachment that gathers large pieces at a time. */
  AttachmentLog(
      String topic, int partition, long owner, Producer<byte[], byte[]> producer, Semaphore room) {
    this.topic = topic;
    this.partition = partition;
    this.owner = owner;
    this.producer = producer;
    this.room = room;
  }

  @Override
  public Attachment begin(String device, String key) {
    byte[] name = new byte[NAME_BYTES];
    random.nextBytes(name);
    return new StoredAttachment(
        this::send,
        room,
        key,
        device,
        new Attempt(owner, 0),
        Base64.getUrlEncoder().withoutPadding().encodeToString(name));
  }

  private Future<RecordMetadata> send(AttachmentPiece piece) throws NotStoredException {
    try {
      return producer.send(KafkaRecords.toKafka(topic, partition, piece.toRaw()));
    } catch (KafkaException | IllegalStateException e) {
      throw new NotStoredException(e);
    }
  }
}
