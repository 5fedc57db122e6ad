package dev.parley.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A stand-in for CIC: an HTTP/2 server with {@code GET /v1/directives}, {@code POST /v1/events} and
 * {@code GET /ping}.
 *
 * <p>A client is known by its bearer token (C8). Every request is held against the checklist
 * ({@link #verdicts}), audio is listened to, StopCapture comes when the speaker has finished (C21),
 * and the answer brings the user's own audio back as the attachment of a Speak. {@link #scripts}
 * changes how it behaves.
 *
 * <p>All methods may be called on any thread.
 */
public final class StandIn implements AutoCloseable {
  /** The most audio of one turn that is sent back, in bytes. */
  public static final int ECHO_LIMIT = 4 * 1024 * 1024;

  private static final Logger log = LoggerFactory.getLogger(StandIn.class);

  private final Cic cic;
  private final Optional<Tls> tls;
  private final Listener listener;

  private StandIn(StandInConfig config, long seed) {
    this.tls = Tls.of(config);
    this.cic = Cic.of(config, seed);
    this.listener = new Listener(cic, tls);
  }

  /**
   * Listens.
   *
   * @throws IllegalStateException if the port is taken
   * @throws IllegalArgumentException if a certificate of one's own cannot be used
   * @throws UncheckedIOException if the verdicts file cannot be written
   */
  public static StandIn start(StandInConfig config) {
    long seed = config.seed().orElseGet(new SecureRandom()::nextLong);
    StandIn standIn = new StandIn(config, seed);
    log.info(
        "the CIC stand-in listens on {}{}, seed {}",
        standIn.uri(),
        config.lenient() ? " (lenient)" : "",
        seed);
    return standIn;
  }

  /** The port it listens on. */
  public int port() {
    return listener.port();
  }

  /** Where it is, such as {@code https://127.0.0.1:8443}. */
  public URI uri() {
    String host = cic.config().host();
    return URI.create(
        (tls.isPresent() ? "https://" : "http://")
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + port());
  }

  /** The CA certificate that a client must trust, as PEM, if the stand-in made one. */
  public Optional<String> caPem() {
    return tls.flatMap(Tls::caPem);
  }

  /**
   * Writes {@link #caPem} to a file.
   *
   * @throws IllegalStateException if there is none
   */
  public void writeCaPem(Path file) {
    String pem =
        caPem()
            .orElseThrow(() -> new IllegalStateException("this stand-in has made no certificate"));
    try {
      Files.writeString(file, pem);
    } catch (IOException e) {
      throw new UncheckedIOException("the CA certificate cannot be written: " + file, e);
    }
  }

  /** What was found about each request. */
  public Verdicts verdicts() {
    return cic.verdicts();
  }

  /**
   * How many exchanges each row was held against, and how many broke it, since the start. After
   * {@link #close} it has all that there will be, connections that were cut by it included.
   */
  public RowCounts rows() {
    return cic.verdicts().counts();
  }

  /** How it behaves; may be changed while it runs. */
  public Scripts scripts() {
    return cic.scripts();
  }

  /**
   * The newest events whose upload has ended or was aborted, oldest first; at most {@value
   * ReceivedTurns#KEPT}.
   */
  public List<ReceivedTurn> turns() {
    return cic.turns().all();
  }

  /**
   * Tells of each event whose upload has ended or was aborted, on an event loop: the listener must
   * not block.
   */
  public void onTurn(Consumer<ReceivedTurn> listening) {
    cic.turns().listen(listening);
  }

  /**
   * How many turns had more audio than {@link #ECHO_LIMIT}; their echo is not their whole audio.
   */
  public long echoesCut() {
    return cic.echoesCut().sum();
  }

  /** Whether the client has a downchannel now. */
  public boolean hasDownchannel(ClientId client) {
    return cic.clients().of(client).downchannel().isPresent();
  }

  /**
   * Sends a directive on a client's downchannel.
   *
   * @param directive JSON, with its wrapper; an ExpectSpeech allows its dialog another turn (C25)
   * @return false if the client has no downchannel
   * @throws IllegalArgumentException if this is no JSON
   */
  public boolean push(ClientId client, String directive) {
    ClientState state = cic.clients().of(client);
    noteExpectSpeech(state, directive);
    return state.tell(channel -> channel.send(new Part.Directive(directive)));
  }

  private static void noteExpectSpeech(ClientState state, String directive) {
    try {
      JsonNode inner = JsonMapper.shared().readTree(directive).path("directive");
      if (Metadata.text(inner.path("header"), "name").filter("ExpectSpeech"::equals).isPresent()) {
        state.expect(
            Metadata.text(inner.path("header"), "dialogRequestId").orElse(""),
            Metadata.text(inner.path("payload"), "expectSpeechId").orElse(""));
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("a directive must be JSON", e);
    }
  }

  /** Ends a client's downchannel, if it has one. */
  public void endDownchannel(ClientId client) {
    cic.clients().of(client).downchannel().ifPresent(Downchannel::end);
  }

  /** Whether PINGs are acknowledged (C7); they are unless told otherwise. */
  public void answerPings(boolean answer) {
    listener.answerPings(answer);
  }

  /** Sends GOAWAY (NO_ERROR) on every connection; streams that are open go on. */
  public void goAway() {
    listener.connections().forEach(ConnectionHandler::goAway);
  }

  /** Drops every connection at once. */
  public void dropConnections() {
    listener.connections().forEach(ConnectionHandler::giveCauseToLeave);
    listener.connections().close().awaitUninterruptibly();
  }

  /** Stops listening, drops all connections, and closes the verdicts file. */
  @Override
  public void close() {
    listener.close();
    cic.verdicts().close();
  }
}
