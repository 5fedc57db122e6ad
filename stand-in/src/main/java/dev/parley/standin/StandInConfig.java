package dev.parley.standin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

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
 * @param seed what its random choices follow from (when Hello comes); empty: another at each start
 * @param judging the times by which clients are judged
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
    OptionalLong seed,
    Judging judging,
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
          OptionalLong.empty(),
          Judging.DEFAULT,
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
    return with(copy -> copy.host = other);
  }

  public StandInConfig withPort(int other) {
    return with(copy -> copy.port = other);
  }

  public StandInConfig withTransport(Transport other) {
    return with(copy -> copy.transport = other);
  }

  public StandInConfig withVerdictsFile(Path other) {
    return with(copy -> copy.verdictsFile = Optional.of(other));
  }

  public StandInConfig withLenient(boolean other) {
    return with(copy -> copy.lenient = other);
  }

  public StandInConfig withHangover(Duration other) {
    return with(copy -> copy.hangover = other);
  }

  public StandInConfig withSeed(long other) {
    return with(copy -> copy.seed = OptionalLong.of(other));
  }

  public StandInConfig withJudging(Judging other) {
    return with(copy -> copy.judging = other);
  }

  public StandInConfig withOpenWindow(Duration other) {
    return withJudging(judging.withOpenWindow(other));
  }

  public StandInConfig withLayout(AudioLayout other) {
    return with(copy -> copy.layout = other);
  }

  public StandInConfig withHearing(Hearing other) {
    return with(copy -> copy.hearing = other);
  }

  public StandInConfig withScript(Script other) {
    return with(copy -> copy.script = other);
  }

  public StandInConfig withDownchannel(DownchannelScript other) {
    return with(copy -> copy.downchannel = other);
  }

  public StandInConfig withCapacity(Capacity other) {
    return with(copy -> copy.capacity = other);
  }

  private StandInConfig with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.made();
  }

  /** A copy of which one setting is to be another. */
  private static final class Copy {
    private String host;
    private int port;
    private Transport transport;
    private Optional<Path> verdictsFile;
    private boolean lenient;
    private Duration hangover;
    private OptionalLong seed;
    private Judging judging;
    private AudioLayout layout;
    private Hearing hearing;
    private Script script;
    private DownchannelScript downchannel;
    private Capacity capacity;

    Copy(StandInConfig of) {
      host = of.host;
      port = of.port;
      transport = of.transport;
      verdictsFile = of.verdictsFile;
      lenient = of.lenient;
      hangover = of.hangover;
      seed = of.seed;
      judging = of.judging;
      layout = of.layout;
      hearing = of.hearing;
      script = of.script;
      downchannel = of.downchannel;
      capacity = of.capacity;
    }

    StandInConfig made() {
      return new StandInConfig(
          host,
          port,
          transport,
          verdictsFile,
          lenient,
          hangover,
          seed,
          judging,
          layout,
          hearing,
          script,
          downchannel,
          capacity);
    }
  }
}
