package dev.parley.dispatcher.cic;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps attachments in memory. Names are {@code device/key/number}; the bytes of an attachment
 * stand at the number of those that were begun before. Any thread.
 */
final class KeptAttachments implements AttachmentStore {
  private final Map<String, Kept> all = new ConcurrentHashMap<>();
  private final AtomicInteger begun = new AtomicInteger();

  @Override
  public Kept begin(String device, String key) {
    int number = begun.getAndIncrement();
    Kept kept = new Kept(device + "/" + key + "/" + number, number);
    all.put(kept.name(), kept);
    return kept;
  }

  int begun() {
    return begun.get();
  }

  Kept get(String name) {
    return requireNonNull(all.get(name), name);
  }

  /** One of them. */
  static final class Kept implements Attachment {
    private final String name;
    private final int offset;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Kept(String name, int offset) {
      this.name = name;
      this.offset = offset;
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void write(byte[] more, int from, int length) {
      bytes.write(more, from, length);
    }

    @Override
    public boolean hasPiece() {
      return bytes.size() > 0;
    }

    @Override
    public long firstOffset() {
      return offset;
    }

    @Override
    public void end(boolean whole) {}

    @Override
    public long length() {
      return bytes.size();
    }

    @Override
    public String sha256() {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes()));
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }
  }
}
