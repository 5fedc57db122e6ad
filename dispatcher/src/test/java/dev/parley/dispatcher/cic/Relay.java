package dev.parley.dispatcher.cic;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands between a client and a server, counts connections, and can make one half open. Connections
 * on which the client says nothing, as a probe's, are passed over.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket listening;
  private final URI target;
  private final List<Line> all = new CopyOnWriteArrayList<>();

  Relay(URI target) {
    this.target = target;
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

  /** All connections since the start, oldest first. */
  List<Line> lines() {
    return all.stream().filter(line -> line.used).toList();
  }

  long open() {
    return lines().stream().filter(line -> !line.client.isClosed()).count();
  }

  @Override
  public String toString() {
    return lines().stream()
        .map(line -> (line.halfOpen ? "half-open " : "") + line.client)
        .toList()
        .toString();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Line line = new Line(client, new Socket(target.getHost(), target.getPort()));
        all.add(line);
        Thread.ofVirtual().start(() -> line.copy(client, line.server, true));
        Thread.ofVirtual().start(() -> line.copy(line.server, client, false));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    all.forEach(Line::close);
  }

  /** One connection. */
  static final class Line {
    private final Socket client;
    private final Socket server;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean used;
    private volatile boolean halfOpen;

    private Line(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    /** From now on nothing that the client sends is taken. */
    void halfOpen() {
      lock.lock();
      try {
        halfOpen = true;
      } finally {
        lock.unlock();
      }
    }

    private void close() {
      lock.lock();
      try {
        changed.signalAll();
        halfOpen = false;
        client.close();
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        lock.unlock();
      }
    }

    private void copy(Socket from, Socket to, boolean fromClient) {
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[16 * 1024];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          used = true;
          lock.lock();
          try {
            while (fromClient && halfOpen) {
              changed.awaitUninterruptibly();
            }
          } finally {
            lock.unlock();
          }
          out.write(buffer, 0, n);
        }
      } catch (IOException e) {
        // Closed on one side: so is the other.
      }
      close();
    }
  }
}
