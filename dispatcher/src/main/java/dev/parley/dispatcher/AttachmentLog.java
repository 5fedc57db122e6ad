package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.AttachmentStore;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.turnlog.KafkaRecords;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes attachments into {@code parley.attachments} piece by piece, on the threads that read them
 * from CIC, which wait when Kafka does.
 */
final class AttachmentLog implements AttachmentStore {
  /**
   * What a piece gathers before it goes out: small enough to stream, large enough to be worth a
   * record.
   */
  static final int PIECE = 32 * 1024;

  /** What one gathers for which there is no room. */
  static final int SMALL_PIECE = 2 * 1024;

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
    return new Pieces(device, key, Base64.getUrlEncoder().withoutPadding().encodeToString(name));
  }

  private final class Pieces implements Attachment {
    private static final byte[] NONE = {};

    private final String device;
    private final String key;
    private final String name;
    private final MessageDigest digest = sha256Digest();
    private byte[] buffer = NONE;
    private int buffered;
    private int seq;
    private long length;
    private String sha256 = "";
    private @Nullable Future<RecordMetadata> first;
    private @Nullable Future<RecordMetadata> last;

    Pieces(String device, String key, String name) {
      this.device = device;
      this.key = key;
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      digest.update(bytes, offset, count);
      length += count;
      if (first == null) {
        // The first bytes go out as they are, so that playing can begin.
        send(Arrays.copyOfRange(bytes, offset, offset + count), Optional.empty());
      } else {
        gather(bytes, offset, count);
      }
    }

    private void gather(byte[] bytes, int offset, int count) throws IOException {
      if (buffer.length == 0) {
        buffer = new byte[room.tryAcquire() ? PIECE : SMALL_PIECE];
      }
      int done = 0;
      while (done < count) {
        int n = Math.min(count - done, buffer.length - buffered);
        System.arraycopy(bytes, offset + done, buffer, buffered, n);
        buffered += n;
        done += n;
        if (buffered == buffer.length) {
          send(gathered(), Optional.empty());
        }
      }
    }

    private byte[] gathered() {
      byte[] piece = Arrays.copyOf(buffer, buffered);
      buffered = 0;
      return piece;
    }

    private void letGo() {
      if (buffer.length == PIECE) {
        room.release();
      }
      buffer = NONE;
    }

    @Override
    public boolean hasPiece() {
      return first != null;
    }

    @Override
    public long firstOffset() throws IOException {
      if (first == null) {
        throw new IllegalStateException("no piece yet");
      }
      return await(first).offset();
    }

    @Override
    public void end(boolean whole) throws IOException {
      sha256 = HexFormat.of().formatHex(digest.digest());
      byte[] rest = gathered();
      letGo();
      send(rest, Optional.of(new AttachmentPiece.End(length, sha256, whole)));
      if (first != null && last != null) {
        var _ = await(first);
        var _ = await(last);
      }
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public String sha256() {
      return sha256;
    }

    private void send(byte[] piece, Optional<AttachmentPiece.End> end) throws IOException {
      try {
        last =
            producer.send(
                KafkaRecords.toKafka(
                    topic,
                    partition,
                    new AttachmentPiece(key, device, new Attempt(owner, 0), name, seq++, end, piece)
                        .toRaw()));
      } catch (KafkaException | IllegalStateException e) {
        throw new NotStoredException(e);
      }
      if (first == null) {
        first = last;
      }
    }

    private static RecordMetadata await(Future<RecordMetadata> sent) throws IOException {
      try {
        return sent.get();
      } catch (ExecutionException e) {
        throw new NotStoredException(e.getCause() == null ? e : e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while an attachment was stored");
      }
    }
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
