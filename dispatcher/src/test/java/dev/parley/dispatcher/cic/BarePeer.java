package dev.parley.dispatcher.cic;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * An HTTP/2 server that knows frames (RFC 9113, section 4) and no manners: it sends what a test
 * says, right or wrong. It does not read requests' headers: a request that ends with them is a
 * downchannel's, any other an event's. All that is uploaded is acknowledged and forgotten.
 *
 * <pre>
 *   length (24)  type (8)  flags (8)  stream (32)  payload
 * </pre>
 */
final class BarePeer implements AutoCloseable {
  static final int NO_ERROR = 0;
  static final int CANCEL = 8;
  static final int INTERNAL_ERROR = 2;
  static final int REFUSED_STREAM = 7;
  static final int ENHANCE_YOUR_CALM = 11;

  private static final int PREFACE = 24;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW_SIZE = 4;

  /** What it does on streams, on the connection's reading thread. */
  record Manners(Consumer<Stream> downchannel, Consumer<Stream> begun, Consumer<Stream> uploaded) {
    /** Hello, and an empty answer. */
    static final Manners GOOD = new Manners(Manners::sayHello, stream -> {}, Manners::answerWell);

    static void sayHello(Stream stream) {
      stream.head(200, multipart());
      stream.say(directive("Hello") + "--b\r\n");
    }

    static void answerWell(Stream stream) {
      stream.head(200, multipart());
      stream.say(directive("RenderText") + "--b--\r\n");
      stream.end();
    }

    Manners withDownchannel(Consumer<Stream> other) {
      return new Manners(other, begun, uploaded);
    }

    Manners withBegun(Consumer<Stream> other) {
      return new Manners(downchannel, other, uploaded);
    }

    Manners withUploaded(Consumer<Stream> other) {
      return new Manners(downchannel, begun, other);
    }
  }

  /** A response's header for directives. */
  static String[] multipart() {
    return new String[] {"content-type", "multipart/related; boundary=b"};
  }

  private final ServerSocket listening;
  private final int window;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile Manners manners;
  private volatile boolean credits = true;

  BarePeer(Manners manners) {
    this(manners, 65_535);
  }

  /** {@code window}: what it takes of a stream before it gives credit, in bytes. */
  BarePeer(Manners manners, int window) {
    this.manners = manners;
    this.window = window;
    try {
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  /** How many connections have begun to speak HTTP/2 with it. */
  int connections() {
    return connections.get();
  }

  /** From now on it takes no more than it has said. */
  void creditNoMore() {
    credits = false;
  }

  void behave(Manners other) {
    manners = other;
  }

  /** A part with a directive of Clova's, up to the next boundary. */
  static String directive(String name) {
    return directive(name, "{}");
  }

  /** The same with this payload. */
  static String directive(String name, String payload) {
    return "--b\r\nContent-Type: application/json\r\n\r\n{\"directive\":{\"header\":{\"namespace\":"
        + "\"Clova\",\"name\":\""
        + name
        + "\"},\"payload\":"
        + payload
        + "}}\r\n";
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      new Connection(socket).serve();
    } catch (IOException | UncheckedIOException e) {
      // The client has gone, or was a probe.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** A request, to be answered from any thread. */
  static final class Stream {
    private final Connection connection;
    private final int id;

    private Stream(Connection connection, int id) {
      this.connection = connection;
      this.id = id;
    }

    /** The response's head: a status, then names and values. */
    void head(int status, String... fields) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      literal(block, ":status", String.valueOf(status));
      for (int i = 0; i < fields.length; i += 2) {
        literal(block, fields[i], fields[i + 1]);
      }
      connection.send(HEADERS, END_HEADERS, id, block.toByteArray());
    }

    /** A field without indexing and with a new name, both shorter than 127 (RFC 7541, 6.2.2). */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
      block.write(0);
      for (String text : List.of(name, value)) {
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      }
    }

    void say(String body) {
      connection.send(DATA, 0, id, body.getBytes(StandardCharsets.UTF_8));
    }

    void end() {
      connection.send(DATA, END_STREAM, id, new byte[0]);
    }

    void reset(int code) {
      connection.send(RST_STREAM, 0, id, number(code));
    }
  }

  private static byte[] number(int value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  private static byte[] setting(int name, int value) {
    byte[] setting = new byte[6];
    setting[1] = (byte) name;
    System.arraycopy(number(value), 0, setting, 2, 4);
    return setting;
  }

  private final class Connection {
    private final DataInputStream in;
    private final DataOutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Integer> heard = ConcurrentHashMap.newKeySet();

    Connection(Socket socket) throws IOException {
      this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      this.out = new DataOutputStream(socket.getOutputStream());
    }

    void serve() throws IOException {
      in.readFully(new byte[PREFACE]);
      connections.incrementAndGet();
      send(SETTINGS, 0, 0, setting(INITIAL_WINDOW_SIZE, window));
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int id = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        Stream stream = new Stream(this, id);
        switch (type) {
          case SETTINGS, PING -> {
            if ((flags & ACK) == 0) {
              send(type, ACK, 0, type == PING ? payload : new byte[0]);
            }
          }
          case HEADERS -> {
            if ((flags & END_STREAM) != 0) {
              manners.downchannel().accept(stream);
            }
          }
          case DATA -> data(stream, length, (flags & END_STREAM) != 0);
          default -> {}
        }
      }
    }

    private void data(Stream stream, int length, boolean last) {
      if (length > 0) {
        if (credits) {
          send(WINDOW_UPDATE, 0, 0, number(length));
          send(WINDOW_UPDATE, 0, stream.id, number(length));
        }
        if (heard.add(stream.id)) {
          manners.begun().accept(stream);
        }
      }
      if (last) {
        manners.uploaded().accept(stream);
      }
    }

    void send(int type, int flags, int id, byte[] payload) {
      lock.lock();
      try {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(id);
        out.write(payload);
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        lock.unlock();
      }
    }
  }
}
