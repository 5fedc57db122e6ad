package dev.parley.router.delivery;

import dev.parley.protocol.record.AttachmentPiece;
import dev.parley.router.queue.Attachment;
import java.time.Duration;
import java.util.Optional;

/** Where attachments' bytes are read, while they still arrive or later. */
public interface Pieces {
  /**
   * Starts to read an attachment from its first byte.
   *
   * @return empty when as many are being read as may be at a time
   */
  Optional<Reading> read(String device, Attachment attachment);

  /** One attachment being read. One thread; blocks. */
  interface Reading extends AutoCloseable {
    /**
     * The next piece, in order.
     *
     * @param idle how long to wait for it
     * @return empty when none came in that time
     * @throws GoneException when the bytes are no longer there
     */
    Optional<AttachmentPiece> next(Duration idle) throws GoneException;

    @Override
    void close();
  }

  /** The attachment was kept for a short while only, and that is over. */
  final class GoneException extends Exception {
    private static final long serialVersionUID = 1L;

    public GoneException(String message) {
      super(message);
    }
  }
}
