package dev.parley.producer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;

/** A device that streams its body by hand: HTTP/1.1, chunked. */
final class LiveUpload implements AutoCloseable {
  private final Socket socket;
  private final OutputStream out;

  LiveUpload(int port, String path, String contentType) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    out = socket.getOutputStream();
    out.write(
        ("POST "
                + path
                + " HTTP/1.1\r\nHost: edge\r\nContent-Type: "
                + contentType
                + "\r\nTransfer-Encoding: chunked\r\n\r\n")
            .getBytes(ISO_8859_1));
    out.flush();
  }

  void send(byte[] audio) throws IOException {
    out.write(String.format(Locale.ROOT, "%x\r\n", audio.length).getBytes(ISO_8859_1));
    out.write(audio);
    out.write("\r\n".getBytes(ISO_8859_1));
    out.flush();
  }

  void end() throws IOException {
    out.write("0\r\n\r\n".getBytes(ISO_8859_1));
    out.flush();
  }

  /** Reads what the edge answers, until it has answered a body. */
  String response() throws IOException {
    StringBuilder response = new StringBuilder();
    while (response.indexOf("}") < 0) {
      int c = socket.getInputStream().read();
      if (c < 0) {
        break;
      }
      response.append((char) c);
    }
    return response.toString();
  }

  /** Hangs up. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
