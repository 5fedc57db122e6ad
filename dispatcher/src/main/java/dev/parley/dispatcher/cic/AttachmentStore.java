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

  /** An attachment being written; one thread, which may have to wait. */
  interface Attachment {
    /** Its name, unique within the device. */
    String name();

    /** More bytes; not kept after the call. */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Whether its first piece has been handed over, so that {@link #firstOffset} can be known. */
    boolean hasPiece();

    /** Where its first piece stands; waits until that is known. */
    long firstOffset() throws IOException;

    /** Hands over what is left and waits until all of it is kept. */
    void end() throws IOException;

    /** Bytes written. */
    long length();

    /** SHA-256 of these, in lower case hex. */
    String sha256();
  }
}
