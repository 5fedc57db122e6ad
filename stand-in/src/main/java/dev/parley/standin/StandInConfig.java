package dev.parley.standin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of a {@link StandIn}. {@link #DEFAULT} has all of them; {@code with...} changes one.
 *
 * @param host address to listen on
 * @param port port to listen on; 0: any that is free
 * @param transport TLS or cleartext
 * @param verdictsFile where verdicts are written, if anywhere; an older file is overwritten
 * @param lenient answer an event that has no downchannel, and a bad User-Agent, where CIC would
 *     refuse; verdicts stay as strict
 * @param hangover how long nobody has spoken when the end of speech is found; 300 ms to 1 s are
 *     useful
 * @param openWindow within this time of one downchannel's opening another of the same client is
 *     refused with 429 (C4)
 * @param layout which layout of audio parts keeps C16
 * @param hearing what is done with audio
 * @param script how it behaves in turns that nothing else is said for
 * @param downchannel how it behaves on downchannels that nothing else is said for
 * @param capacity streams, threads and windows
 */
public record StandInConfig(
    String host,
    int port,
    Transport transport,
    Optional<Path> verdictsFile,
    boolean lenient,
    Duration hangover,
    Duration openWindow,
    AudioLayout layout,
    Hearing hearing,
    Script script,
    DownchannelScript downchannel,
    Capacity capacity) {
  static final Duration DEFAULT_HANGOVER = Duration.ofMillis(700);

  /** TLS with a certificate of its own making, on any port of 127.0.0.1, strict. */
  public static final StandInConfig DEFAULT =
      new StandInConfig(
          "127.0.0.1",
          0,
          new Transport.MadeCertificate(),
          Optional.empty(),
          false,
          DEFAULT_HANGOVER,
          Duration.ofMillis(100),
          AudioLayout.PART_PER_CHUNK,
          Hearing.ALL,
          Script.DEFAULT,
          DownchannelScript.DEFAULT,
          Capacity.DEFAULT);

  /**
   * What is done with audio; each costs something where there are thousands of streams.
   *
   * @param listen look for the end of speech
   * @param hash take its SHA-256
   * @param echo keep it (at most {@link StandIn#ECHO_LIMIT} bytes a turn) and send it back
   */
  public record Hearing(boolean listen, boolean hash, boolean echo) {
    public static final Hearing ALL = new Hearing(true, true, true);
  }

  /**
   * How much it can take.
   *
   * @param maxConcurrentStreams the streams a connection may have open
   * @param threads event loops; one serves thousands of real-time streams
   * @param streamWindow bytes that a client may send on a stream before they are read; 1 to 2^31-1
   * @param connectionWindow the same of all streams of a connection; at least 65,535
   */
  public record Capacity(
      int maxConcurrentStreams, int threads, int streamWindow, int connectionWindow) {
    /** What HTTP/2 gives each connection at first; it can't be less. */
    public static final int LEAST_CONNECTION_WINDOW = 65_535;

    /** Windows so large that no stream waits for another's audio. */
    public static final Capacity DEFAULT = new Capacity(128, 1);

    public Capacity {
      if (maxConcurrentStreams < 1 || threads < 1 || streamWindow < 1) {
        throw new IllegalArgumentException(
            "maxConcurrentStreams, threads and streamWindow must be at least 1");
      }
      if (connectionWindow < LEAST_CONNECTION_WINDOW) {
        throw new IllegalArgumentException(
            "connectionWindow must be at least " + LEAST_CONNECTION_WINDOW);
      }
    }

    /** With the usual windows. */
    public Capacity(int maxConcurrentStreams, int threads) {
      this(maxConcurrentStreams, threads, 1 << 20, 1 << 24);
    }

    public Capacity withWindows(int ofStream, int ofConnection) {
      return new Capacity(maxConcurrentStreams, threads, ofStream, ofConnection);
    }
  }

  public StandInConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535: " + port);
    }
    if (hangover.toMillis() < 10 || hangover.toMillis() > 60_000) {
      throw new IllegalArgumentException("hangover must be 10 ms to 60 s: " + hangover);
    }
  }

  public StandInConfig withHost(String other) {
    return new StandInConfig(
        other,
        port,
        transport,
        verdictsFile,
        lenient,
        hangover,
        openWindow,
        layout,
        hearing,
        script,
        downchannel,
        capacity);
  }

  public StandInConfig withPort(int other) {
    return new StandInConfig(
        host,
        other,
        transport,
        verdictsFile,
        lenient,
        hangover,
        openWindow,
        layout,
        hearing,
        script,
        downchannel,
        capacity);
  }

  public StandInConfig withTransport(Transport other) {
    return new StandInConfig(
        host,
        port,
        other,
        verdictsFile,
        lenient,
        hangover,
        openWindow,
        layout,
        hearing,
        script,
        downchannel,
        capacity);
  }

  public StandInConfig withVerdictsFile(Path other) {
    return new StandInConfig(
        host,
        port,
        transport,
        Optional.of(other),
        lenient,
        hangover,
        openWindow,
        layout,
        hearing,
        script,
        downchannel,
        capacity);
  }

  public StandInConfig withLenient(boolean other) {
    return new StandInConfig(
        host,
        port,
        transport,
        verdictsFile,
        other,
        hangover,
        openWindow,
        layout,
        hearing,
        script,
        downchannel,
        capacity);
  }

  public StandInConfig withHangover(Duration other) {
    return new StandInConfig(
        host,
        port,
        transport,
        verdictsFile,
        lenient,
        other,
        openWindow,
        layout,
        hearing,
        script,
        downchannel,
        capacity);
  }

  public StandInConfig withOpenWindow(Duration other) {
    return new StandInConfig(
        host,
        port,
        transport,
        verdictsFile,
        lenient,
        hangover,
        other,
        layout,
        hearing,
        script,
        downchannel,
        capacity);
  }

  public StandInConfig withLayout(AudioLayout other) {
    return new StandInConfig(
        host,
        port,
        transport,
        verdictsFile,
        lenient,
        hangover,
        openWindow,
        other,
        hearing,
        script,
        downchannel,
        capacity);
  }

  public StandInConfig withHearing(Hearing other) {
    return new StandInConfig(
        host,
        port,
        transport,
        verdictsFile,
        lenient,
        hangover,
        openWindow,
        layout,
        other,
        script,
        downchannel,
        capacity);
  }

  public StandInConfig withScript(Script other) {
    return new StandInConfig(
        host,
        port,
        transport,
        verdictsFile,
        lenient,
        hangover,
        openWindow,
        layout,
        hearing,
        other,
        downchannel,
        capacity);
  }

  public StandInConfig withDownchannel(DownchannelScript other) {
    return new StandInConfig(
        host,
        port,
        transport,
        verdictsFile,
        lenient,
        hangover,
        openWindow,
        layout,
        hearing,
        script,
        other,
        capacity);
  }

  public StandInConfig withCapacity(Capacity other) {
    return new StandInConfig(
        host,
        port,
        transport,
        verdictsFile,
        lenient,
        hangover,
        openWindow,
        layout,
        hearing,
        script,
        downchannel,
        other);
  }
}
