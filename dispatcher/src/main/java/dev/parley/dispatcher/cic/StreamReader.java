package dev.parley.dispatcher.cic;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import dev.parley.protocol.multipart.MultipartReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads a multipart stream as it arrives: directives to the receiver, attachments to their store.
 */
final class StreamReader implements MultipartReader.Listener {
  private static final int BUFFER = 16 * 1024;

  private final String device;
  private final String key;
  private final AttachmentStore store;
  private final Receiver receiver;
  private AttachmentStore.@Nullable Attachment attachment;
  private String contentId = "";
  private String contentType = "";
  private boolean announced;

  StreamReader(String device, String key, AttachmentStore store, Receiver receiver) {
    this.device = device;
    this.key = key;
    this.store = store;
    this.receiver = receiver;
  }

  /**
   * Reads to the end of the stream, in memory that does not depend on its length.
   *
   * @throws AttachmentStore.NotStoredException when the store does not take an attachment
   */
  void readAll(ResponseBody body, String boundary, MultipartReader.Limits limits)
      throws IOException, MalformedException {
    MultipartReader reader = new MultipartReader(boundary, limits, this);
    boolean ended = false;
    try {
      BufferedSource source = body.source();
      byte[] buffer = new byte[BUFFER];
      for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
        reader.feed(buffer, 0, n);
      }
      reader.end();
      ended = true;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      if (!ended) {
        reader.abort();
      }
    }
  }

  @Override
  public void directive(Directive directive) {
    receiver.directive(directive);
  }

  @Override
  public void ignored(String reason) {
    receiver.ignored(reason);
  }

  @Override
  public void attachmentBegun(String id, String type) {
    attachment = store.begin(device, key);
    contentId = id;
    contentType = type;
    announced = false;
  }

  @Override
  public void attachmentBytes(byte[] bytes, int offset, int length) {
    AttachmentStore.Attachment a = attachment;
    if (a == null) {
      return;
    }
    try {
      a.write(bytes, offset, length);
      announceIfStored(a);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void attachmentEnded(boolean whole) {
    AttachmentStore.Attachment a = attachment;
    attachment = null;
    if (a == null) {
      return;
    }
    try {
      a.end(whole);
      announceIfStored(a);
      receiver.attachmentEnded(a.name(), a.length(), a.sha256(), whole);
    } catch (IOException e) {
      if (whole) {
        throw new UncheckedIOException(e);
      }
      // The stream is broken already; that is what will be reported.
    }
  }

  /** The ledger says where the bytes begin, so the first piece has to be there first. */
  private void announceIfStored(AttachmentStore.Attachment a) throws IOException {
    if (!announced && a.hasPiece()) {
      announced = true;
      receiver.attachmentBegun(a.name(), contentId, contentType, a.firstOffset());
    }
  }
}
