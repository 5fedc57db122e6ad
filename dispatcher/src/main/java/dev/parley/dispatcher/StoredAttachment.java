package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.AttachmentStore;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.record.AttachmentPiece;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** One attachment on its way into an {@link AttachmentLog}: gathers pieces and sends them. */
final class StoredAttachment implements AttachmentStore.Attachment {
  /**
   * What a piece gathers before it goes out: small enough to stream, large enough to be worth a
   * record.
   */
  static final int PIECE = 32 * 1024;

  /** What one gathers for which there is no room. */
  static final int SMALL_PIECE = 2 * 1024;

  private static final byte[] NONE = {};

  /** Hands a piece to Kafka. */
  @FunctionalInterface
  interface Sender {
    Future<RecordMetadata> send(AttachmentPiece piece) throws IOException;
  }

  private final Sender sender;
  private final Semaphore room;
  private final String key;
  private final String device;
  private final Attempt attempt;
  private final String name;
  private final MessageDigest digest = sha256Digest();
  private byte[] buffer = NONE;
  private int buffered;
  private int seq;
  private long length;
  private String sha256 = "";
  private @Nullable Future<RecordMetadata> first;
  private @Nullable Future<RecordMetadata> last;

  /**
   * Nothing is sent yet.
   *
   * @param room a permit for who gathers large pieces; {@link #end} gives it back
   * @param key of its records
   */
  StoredAttachment(
      Sender sender, Semaphore room, String key, String device, Attempt attempt, String name) {
    this.sender = sender;
    this.room = room;
    this.key = key;
    this.device = device;
    this.attempt = attempt;
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
      int n = Math.min(count, PIECE);
      send(Arrays.copyOfRange(bytes, offset, offset + n), Optional.empty());
      gather(bytes, offset + n, count - n);
    } else {
      gather(bytes, offset, count);
    }
  }

  private void gather(byte[] bytes, int offset, int count) throws IOException {
    if (buffer.length == 0 && count > 0) {
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

  private void send(byte[] bytes, Optional<AttachmentPiece.End> end) throws IOException {
    last = sender.send(new AttachmentPiece(key, device, attempt, name, seq++, end, bytes));
    if (first == null) {
      first = last;
    }
  }

  private static RecordMetadata await(Future<RecordMetadata> sent) throws IOException {
    try {
      return sent.get();
    } catch (ExecutionException e) {
      throw new AttachmentStore.NotStoredException(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while an attachment was stored");
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
