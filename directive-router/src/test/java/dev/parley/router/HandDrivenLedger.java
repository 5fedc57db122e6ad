package dev.parley.router;

import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.LedgerSequence;
import dev.parley.protocol.record.RawRecord;
import dev.parley.router.delivery.Pieces;
import dev.parley.router.queue.Attachment;
import dev.parley.router.queue.Limits;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.OwnedPartition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** The ledger's only partition, without a broker: records are handed over, and so are pieces. */
final class HandDrivenLedger implements OwnedPartition, Pieces {
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RouterMetrics metrics = new RouterMetrics(registry);
  final OwnedDevices devices = new OwnedDevices(InstantSource.system());
  final List<String> deadLetters = new ArrayList<>();
  final AtomicInteger freeReaders = new AtomicInteger(8);
  private final Map<String, BlockingQueue<AttachmentPiece>> pieces = new ConcurrentHashMap<>();
  private OffsetAndMetadata committed = new OffsetAndMetadata(100);
  private final int partitions;
  private LedgerOwner owner;
  private final LedgerSequence sequence = new LedgerSequence();
  private long offset = 100;

  HandDrivenLedger() {
    this(1);
  }

  /** {@code partitions}: how many there are, of which this is the first. */
  HandDrivenLedger(int partitions) {
    this.partitions = partitions;
    devices.cutInto(partitions);
    owner = own();
  }

  private LedgerOwner own() {
    LedgerOwner made =
        new LedgerOwner(
            this,
            partitions,
            Limits.DEFAULT,
            InstantSource.system(),
            metrics,
            (record, reason, detail) -> deadLetters.add(reason + " " + record.offset()),
            gone -> devices.remove(0, gone));
    devices.add(0, made);
    return made;
  }

  synchronized LedgerOwner owner() {
    return owner;
  }

  synchronized void stopping() {
    owner.stopping();
  }

  synchronized void revoke() {
    owner.revoked();
    committed = owner.committable().orElseThrow();
  }

  synchronized void assignAgain() {
    owner = own();
  }

  void append(LedgerRecord record) {
    append(record.toRaw(sequence.next(record)));
  }

  synchronized void append(RawRecord raw) {
    owner.record(next(raw));
  }

  /** A record that an owner has failed on comes again. */
  synchronized void unfit() {
    owner.unfit(next(new RawRecord("", Map.of(), new byte[0])));
  }

  private ConsumerRecord<byte[], byte[]> next(RawRecord raw) {
    ProducerRecord<byte[], byte[]> made = KafkaRecords.toKafka("parley.ledger", 0, raw);
    return new ConsumerRecord<>(
        "parley.ledger",
        0,
        offset++,
        System.currentTimeMillis(),
        TimestampType.LOG_APPEND_TIME,
        -1,
        -1,
        made.key(),
        made.value(),
        new RecordHeaders(made.headers()),
        Optional.empty());
  }

  @Override
  public TopicPartition id() {
    return new TopicPartition("parley.ledger", 0);
  }

  @Override
  public OffsetAndMetadata committed() {
    return committed;
  }

  @Override
  public long position() {
    return offset;
  }

  @Override
  public synchronized void post(Runnable completion) {
    completion.run();
  }

  @Override
  public void postWhenRoom(Runnable task, int bytes) {
    post(task);
  }

  @Override
  public void pause() {
    throw new AssertionError("the router never pauses a partition");
  }

  @Override
  public void resume() {
    throw new AssertionError("the router never resumes a partition");
  }

  @Override
  public void startOver(String reason) {
    throw new AssertionError("the router never gives an owner up: " + reason);
  }

  private BlockingQueue<AttachmentPiece> piecesOf(String attachment) {
    return pieces.computeIfAbsent(attachment, a -> new LinkedBlockingQueue<>());
  }

  void piece(AttachmentPiece piece) {
    piecesOf(piece.attachment()).add(piece);
  }

  @Override
  public Optional<Reading> read(String device, Attachment attachment) {
    if (freeReaders.getAndDecrement() <= 0) {
      freeReaders.incrementAndGet();
      return Optional.empty();
    }
    BlockingQueue<AttachmentPiece> queue = piecesOf(attachment.name());
    List<AttachmentPiece> mine = new ArrayList<>();
    return Optional.of(
        new Reading() {
          @Override
          public Optional<AttachmentPiece> next(Duration idle) throws GoneException {
            if (attachment.name().equals("gone")) {
              throw new GoneException("gone");
            }
            try {
              Optional<AttachmentPiece> next =
                  Optional.ofNullable(queue.poll(idle.toMillis(), TimeUnit.MILLISECONDS));
              next.ifPresent(mine::add);
              return next;
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }

          @Override
          public void close() {
            // For whoever reads next.
            List<AttachmentPiece> rest = new ArrayList<>(queue);
            queue.clear();
            queue.addAll(mine);
            queue.addAll(rest);
            freeReaders.incrementAndGet();
          }
        });
  }
}
