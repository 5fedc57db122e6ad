package dev.parley.turnlog;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * An address where Kafka should be. It can be asked who answers there by the smallest request of
 * Kafka's protocol (ApiVersions, which needs no login), so that what is wrong is known before a
 * client is made: Kafka's own clients know only that time went by.
 */
record KafkaAddress(String host, int port) {
  /** Who answers. */
  enum Answer {
    KAFKA,
    /** Something that wants to speak TLS. */
    TLS,
    /** Something that is neither. */
    FOREIGN,
    /** It takes the connection and ends it without a word. */
    CLOSES,
    /** Nothing is heard in time. */
    SILENCE,
    REFUSES,
    NO_SUCH_HOST
  }

  private static final short API_VERSIONS = 18;
  private static final int CORRELATION = 0x5061726C;
  private static final byte TLS_ALERT = 0x15;

  /**
   * Of a bootstrap setting.
   *
   * @throws IllegalArgumentException when it is not HOST:PORT, with commas between
   */
  static List<KafkaAddress> all(String bootstrap) {
    return Arrays.stream(bootstrap.split(",", -1)).map(KafkaAddress::parse).toList();
  }

  private static KafkaAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("not HOST:PORT: \"" + text + "\"");
    }
    String host = text.substring(0, colon).strip().replaceAll("[\\[\\]]", "");
    return new KafkaAddress(host, Integer.parseInt(text.substring(colon + 1).strip()));
  }

  /**
   * Asks who answers there, of a name with several addresses the first that is Kafka or TLS; ends
   * within that time, but for the name service's own.
   */
  Answer ask(Duration within) {
    InetAddress[] all;
    try {
      all = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      return Answer.NO_SUCH_HOST;
    }
    Answer last = Answer.NO_SUCH_HOST;
    for (InetAddress one : all) {
      last = ask(new InetSocketAddress(one, port), within.dividedBy(all.length));
      if (last == Answer.KAFKA || last == Answer.TLS) {
        break;
      }
    }
    return last;
  }

  private static Answer ask(InetSocketAddress address, Duration within) {
    long deadline = System.nanoTime() + within.toNanos();
    try (Socket socket = new Socket()) {
      socket.connect(address, millisUntil(deadline));
      socket.getOutputStream().write(request());
      byte[] head = new byte[8];
      int read = 0;
      InputStream in = socket.getInputStream();
      while (read < head.length) {
        socket.setSoTimeout(millisUntil(deadline));
        int more = in.read(head, read, head.length - read);
        if (more < 0) {
          break;
        }
        read += more;
      }
      return whose(head, read);
    } catch (SocketTimeoutException e) {
      return Answer.SILENCE;
    } catch (ConnectException e) {
      return Answer.REFUSES;
    } catch (IOException e) {
      return Answer.CLOSES;
    }
  }

  private static Answer whose(byte[] head, int read) {
    if (read == 0) {
      return Answer.CLOSES;
    }
    if (head[0] == TLS_ALERT) {
      return Answer.TLS;
    }
    return read == head.length && ByteBuffer.wrap(head).getInt(4) == CORRELATION
        ? Answer.KAFKA
        : Answer.FOREIGN;
  }

  /** Version 0, without a client's name. */
  private static byte[] request() {
    return ByteBuffer.allocate(14)
        .putInt(10)
        .putShort(API_VERSIONS)
        .putShort((short) 0)
        .putInt(CORRELATION)
        .putShort((short) -1)
        .array();
  }

  private static int millisUntil(long deadline) {
    return (int) Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
