package dev.parley.trials.chaos;

import dev.parley.trials.chaos.History.Fetched;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fetches the attachments that devices are told of, each once, while they still arrive, and notes
 * down what came of each. Each is fetched on a virtual thread of its own, a few at a time. Any
 * thread.
 */
final class Fetches implements AutoCloseable {
  /** Fewer than a router serves at a time. */
  private static final int AT_A_TIME = 32;

  /** A router that is busy, or has not got the partition, is asked again for so long. */
  private static final Duration ASKED_FOR = Duration.ofSeconds(30);

  private static final int PAUSE_MILLIS = 250;
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final HttpClient http;
  private final URI router;
  private final Recorder recorder;
  private final Set<String> begun = ConcurrentHashMap.newKeySet();
  private final Semaphore room = new Semaphore(AT_A_TIME);
  private final AtomicInteger underWay = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);

  Fetches(HttpClient http, URI router, Recorder recorder) {
    this.http = http;
    this.router = router;
    this.recorder = recorder;
  }

  /** Fetches it, unless that was begun before. */
  void fetch(String device, String turn, String attachment, String path) {
    if (begun.add(device + "/" + attachment)) {
      underWay.incrementAndGet();
      threads.execute(() -> run(device, turn, attachment, path));
    }
  }

  /** How many have not come to their end. */
  int underWay() {
    return underWay.get();
  }

  private void run(String device, String turn, String attachment, String path) {
    Download download = new Download();
    try {
      room.acquire();
      try {
        download.run(router.resolve(path));
      } finally {
        room.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      recorder.fetched(
          new Fetched(
              device,
              turn,
              attachment,
              download.status,
              download.bytes,
              HexFormat.of().formatHex(download.digest.digest()),
              download.whole));
      underWay.decrementAndGet();
    }
  }

  /** One attachment, hashed as it comes. */
  private final class Download {
    private final MessageDigest digest;
    private int status;
    private long bytes;
    private boolean whole;

    Download() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    void run(URI address) throws InterruptedException {
      long until = System.nanoTime() + ASKED_FOR.toNanos();
      do {
        once(address);
      } while (status == 503
          && System.nanoTime() - until < 0
          && !closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    }

    private void once(URI address) throws InterruptedException {
      try {
        HttpResponse<InputStream> response =
            http.send(
                HttpRequest.newBuilder(address).timeout(ANSWER).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        status = response.statusCode();
        try (InputStream in = response.body()) {
          if (status == 200) {
            read(in);
            whole = true;
          }
        }
      } catch (IOException e) {
        // It broke off, which is told by its not being whole.
        whole = false;
      }
    }

    private void read(InputStream in) throws IOException {
      byte[] buffer = new byte[16 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        bytes += read;
      }
    }
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    closed.countDown();
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("fetches of attachments do not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
