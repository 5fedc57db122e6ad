package dev.parley.producer;

import java.io.IOException;
import java.io.InputStream;

/** PCM from a stream that is in the right form already. */
final class StreamSource implements AudioSource {
  private final InputStream in;
  private final String name;

  StreamSource(InputStream in, String name) {
    this.in = in;
    this.name = name;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws AudioException {
    try {
      return in.read(into, offset, length);
    } catch (IOException e) {
      throw broken(name, e);
    }
  }

  @Override
  public void close() throws AudioException {
    try {
      in.close();
    } catch (IOException e) {
      throw broken(name, e);
    }
  }

  static AudioException broken(String name, IOException e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new AudioException(name + ": reading failed: " + reason, e);
  }
}
