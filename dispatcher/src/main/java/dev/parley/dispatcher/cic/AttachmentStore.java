package dev.parley.dispatcher.cic;

import java.io.IOException;

/** Where the bytes of attachments go while they arrive. */
@FunctionalInterface
public interface AttachmentStore {
  /**
   * A new attachment of this device.
   *
   * @param key the dialog it came with, or the device
   */
  Attachment begin(String device, String key);

  /** Keeps nothing. */
  AttachmentStore NONE = (device, key) -> new Dropped();

  /** The store, not CIC, is why an attachment can't be kept. */
  final class NotStoredException extends IOException {
    private static final long serialVersionUID = 1L;

    /** {@code cause}: what the store says. */
    public NotStoredException(Throwable cause) {
      super("Kafka did not take an attachment of the answer: " + cause, cause);
    }
  }

  /** An attachment being written; one thread, which may have to wait. */
  interface Attachment {
    /** Its name, unique within the device. */
    String name();

    /**
     * More bytes; not kept after the call.
     *
     * @throws NotStoredException when the store does not take them
     */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Whether its first piece has been handed over, so that {@link #firstOffset} can be known. */
    boolean hasPiece();

    /** Where its first piece stands; waits until that is known. */
    long firstOffset() throws IOException;

    /**
     * Hands over what is left and waits until all of it is kept.
     *
     * @param whole false when it breaks off here
     */
    void end(boolean whole) throws IOException;

    /** Bytes written. */
    long length();

    /** SHA-256 of these, in lower case hex; once it has ended. */
    String sha256();
  }

  /** An attachment that nobody wants. */
  final class Dropped implements Attachment {
    private Dropped() {}

    @Override
    public String name() {
      return "dropped";
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {}

    @Override
    public boolean hasPiece() {
      return false;
    }

    @Override
    public long firstOffset() {
      return 0;
    }

    @Override
    public void end(boolean whole) {}

    @Override
    public long length() {
      return 0;
    }

    @Override
    public String sha256() {
      return "";
    }
  }
}
