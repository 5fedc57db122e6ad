package dev.parley.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.dispatcher.cic.AttachmentStore;
import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.turnlog.KafkaRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class AttachmentLogTest {
  private static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
    return new MockProducer<>(
        acknowledges, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static AttachmentStore.Attachment begin(MockProducer<byte[], byte[]> producer) {
    return begin(producer, new Semaphore(1));
  }

  private static AttachmentStore.Attachment begin(
      MockProducer<byte[], byte[]> producer, Semaphore room) {
    return new AttachmentLog("parley.attachments", 3, 7, producer, room)
        .begin("kitchen", "dialog-1");
  }

  private static AttachmentPiece received(ProducerRecord<byte[], byte[]> sent) throws Exception {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(sent.topic(), sent.partition(), 0, sent.key(), sent.value());
    sent.headers().forEach(record.headers()::add);
    return AttachmentPiece.parse(KafkaRecords.fromKafka(record));
  }

  @Test
  void theFirstBytesGoOutAtOnceAndTheLastPieceSaysWhatItWas() throws Exception {
    MockProducer<byte[], byte[]> producer = producer(true);
    AttachmentStore.Attachment attachment = begin(producer);
    assertThat(attachment.hasPiece()).isFalse();
    attachment.write("hello".getBytes(UTF_8), 0, 5);
    assertThat(attachment.hasPiece()).isTrue();
    assertThat(attachment.firstOffset()).isZero();
    attachment.write(new byte[50_000], 0, 50_000);
    attachment.end(true);
    List<ProducerRecord<byte[], byte[]>> sent = producer.history();
    assertThat(sent).hasSize(3);
    assertThat(received(sent.getFirst()).bytes()).isEqualTo("hello".getBytes(UTF_8));
    AttachmentPiece.End end = received(sent.getLast()).end().orElseThrow();
    assertThat(end.length()).isEqualTo(50_005);
    assertThat(end.sha256()).isEqualTo(attachment.sha256()).hasSize(64);
    assertThat(end.whole()).isTrue();
  }

  /** One gathers large pieces, the other small ones until it ends; then a third has its room. */
  @Test
  void withoutRoomPiecesAreSmallAndTheRoomOfWhoEndsIsAnothers() throws Exception {
    MockProducer<byte[], byte[]> producer = producer(true);
    Semaphore room = new Semaphore(1);
    AttachmentStore.Attachment large = begin(producer, room);
    AttachmentStore.Attachment small = begin(producer, room);
    assertThat(piecesOf(large, producer)).isEqualTo(1 + 100_000 / StoredAttachment.PIECE);
    assertThat(piecesOf(small, producer)).isEqualTo(1 + 100_000 / StoredAttachment.SMALL_PIECE);
    small.end(true);
    large.end(false);
    assertThat(room.availablePermits()).isEqualTo(1);
    AttachmentStore.Attachment next = begin(producer, room);
    assertThat(piecesOf(next, producer)).isEqualTo(1 + 100_000 / StoredAttachment.PIECE);
    next.end(true);
    assertThat(room.availablePermits()).isEqualTo(1);
  }

  private static int piecesOf(
      AttachmentStore.Attachment attachment, MockProducer<byte[], byte[]> producer)
      throws IOException {
    int before = producer.history().size();
    attachment.write(new byte[] {1}, 0, 1);
    for (int i = 0; i < 100; i++) {
      attachment.write(new byte[1_000], 0, 1_000);
    }
    return producer.history().size() - before;
  }

  @Test
  void aKafkaThatDoesNotTakeItIsSaidToBeWhy() throws IOException {
    MockProducer<byte[], byte[]> producer = producer(false);
    AttachmentStore.Attachment attachment = begin(producer);
    attachment.write(new byte[1], 0, 1);
    assertThat(producer.errorNext(new NotEnoughReplicasException("one of two"))).isTrue();
    assertThatThrownBy(attachment::firstOffset)
        .isInstanceOf(AttachmentStore.NotStoredException.class)
        .hasMessageContaining("one of two");
  }

  @Test
  void aProducerThatIsClosedIsSaidToBeWhy() {
    MockProducer<byte[], byte[]> producer = producer(true);
    producer.close();
    assertThatThrownBy(() -> begin(producer).write(new byte[1], 0, 1))
        .isInstanceOf(AttachmentStore.NotStoredException.class);
  }

  @Test
  void whatIsWrittenStandsInThePiecesFromFirstToLast() throws Exception {
    MockProducer<byte[], byte[]> producer = producer(true);
    AttachmentStore.Attachment before = begin(producer);
    before.end(false);
    AttachmentStore.Attachment attachment = begin(producer);
    byte[] bytes = new byte[70_000];
    new Random(1).nextBytes(bytes);
    attachment.write(bytes, 10, 5);
    attachment.write(bytes, 15, 60_000);
    attachment.write(bytes, 60_015, 9_985);
    attachment.end(true);
    byte[] written = Arrays.copyOfRange(bytes, 10, bytes.length);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    int seq = 0;
    for (ProducerRecord<byte[], byte[]> sent : producer.history().subList(1, 5)) {
      AttachmentPiece piece = received(sent);
      assertThat(piece.seq()).isEqualTo(seq++);
      assertThat(piece.attachment()).isEqualTo(attachment.name());
      whole.writeBytes(piece.bytes());
    }
    assertThat(producer.history()).hasSize(5);
    assertThat(whole.toByteArray()).isEqualTo(written);
    assertThat(attachment.length()).isEqualTo(written.length);
    assertThat(attachment.sha256())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(written)));
    assertThat(attachment.firstOffset()).isEqualTo(1);
    assertThat(attachment.name()).hasSize(16).isNotEqualTo(before.name());
  }

  @Test
  void itHasNotEndedUntilKafkaHasAllOfIt() throws Exception {
    MockProducer<byte[], byte[]> producer = producer(false);
    AttachmentStore.Attachment attachment = begin(producer);
    attachment.write(new byte[1], 0, 1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> attachment.end(true)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).as("whoever called it is to know").isTrue();
  }
}
