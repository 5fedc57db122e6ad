package dev.parley.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.dispatcher.cic.AttachmentStore;
import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.turnlog.KafkaRecords;
import java.io.IOException;
import java.util.List;
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
    return new AttachmentLog("parley.attachments", 3, 7, producer).begin("kitchen", "dialog-1");
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
}
