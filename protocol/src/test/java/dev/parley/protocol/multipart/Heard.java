package dev.parley.protocol.multipart;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Directive;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a listener heard, one line for each thing; the slices of an attachment are put together, so
 * that the same body gives the same lines however it was cut.
 */
final class Heard implements MultipartReader.Listener {
  private final List<String> lines = new ArrayList<>();
  private final ByteArrayOutputStream attachment = new ByteArrayOutputStream();
  private boolean inAttachment;

  /** Feeds all pieces and ends the body; what it threw is the last line. */
  static List<String> of(String boundary, MultipartReader.Limits limits, byte[]... pieces) {
    Heard heard = new Heard();
    MultipartReader reader = new MultipartReader(boundary, limits, heard);
    try {
      for (byte[] piece : pieces) {
        reader.feed(piece, 0, piece.length);
      }
      reader.end();
    } catch (MalformedException e) {
      heard.lines.add("malformed: " + e.getMessage());
    }
    return heard.lines();
  }

  /** The bytes, each a piece of its own. */
  static byte[][] single(byte[] bytes) {
    byte[][] single = new byte[bytes.length][];
    for (int i = 0; i < bytes.length; i++) {
      single[i] = new byte[] {bytes[i]};
    }
    return single;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Bytes of the attachment under way. */
  int attachmentLength() {
    return attachment.size();
  }

  @Override
  public void directive(Directive directive) {
    outside();
    lines.add("directive " + new String(directive.json(), StandardCharsets.UTF_8));
  }

  @Override
  public void ignored(String reason) {
    outside();
    lines.add("ignored " + reason);
  }

  @Override
  public void attachmentBegun(String contentId, String contentType) {
    outside();
    inAttachment = true;
    attachment.reset();
    lines.add("attachment " + contentId + " | " + contentType);
  }

  @Override
  public void attachmentBytes(byte[] bytes, int offset, int length) {
    inside();
    if (length <= 0) {
      throw new AssertionError("an empty slice");
    }
    attachment.write(bytes, offset, length);
  }

  @Override
  public void attachmentEnded(boolean whole) {
    inside();
    inAttachment = false;
    lines.add("bytes " + attachment.toString(StandardCharsets.ISO_8859_1));
    lines.add(whole ? "whole" : "broken off");
  }

  private void inside() {
    if (!inAttachment) {
      throw new AssertionError("outside an attachment, after " + lines);
    }
  }

  private void outside() {
    if (inAttachment) {
      throw new AssertionError("inside an attachment, after " + lines);
    }
  }
}
