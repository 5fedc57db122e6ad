package dev.parley.dispatcher.cic;

import dev.parley.protocol.record.TurnStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.StreamResetException;

/**
 * Why something with CIC did not work, for the ledger and for people. The reasons are:
 *
 * <ul>
 *   <li>of the way there: {@code cic-unreachable}, {@code tls-failed}, {@code not-http2}, {@code
 *       connection-lost}, {@code stream-reset}, {@code cic-timeout};
 *   <li>of the device's place: {@code no-credentials}, {@code no-hello}, {@code
 *       unreadable-downchannel}, {@code wrong-connection} (its events keep straying from its lane),
 *       {@code cic-} and the status with which CIC refused the downchannel or, where a fresh token
 *       has turned up, an event;
 *   <li>of one event: {@code stuck}, {@code overflow}, {@code unreadable-response};
 *   <li>of this dispatcher: {@code released}, {@code internal}.
 * </ul>
 *
 * @param reason a slug, of the above
 * @param detail a sentence; never holds tokens or bodies
 */
record Fault(TurnStatus status, String reason, String detail) {
  static Fault failed(String reason, String detail) {
    return new Fault(TurnStatus.FAILED, reason, detail);
  }

  static Fault refused(int code) {
    return new Fault(
        TurnStatus.REFUSED, "cic-" + code, "CIC refused the downchannel with status " + code);
  }

  static Fault noCredentials() {
    return failed("no-credentials", "no credentials are configured for this device");
  }

  /** Whether a fresh token may help (C39). */
  boolean isRefusedToken() {
    return reason.equals("cic-401");
  }

  /** Whether waiting won't help: the device's right to be there is in question (C39, C42). */
  boolean isFinal() {
    return switch (reason) {
      case "cic-401", "cic-403", "cic-423", "cic-451", "no-credentials", "not-http2" -> true;
      default -> false;
    };
  }

  /**
   * Whether another try may fare better; a link that could not be had was tried again by itself.
   */
  boolean mayHeal() {
    return switch (reason) {
      case "stream-reset", "connection-lost", "cic-timeout", "wrong-connection", "stuck" -> true;
      default -> false;
    };
  }

  static Fault of(IOException e) {
    return switch (e) {
      case StreamResetException r ->
          failed("stream-reset", "CIC reset the stream (" + r.errorCode + ")");
      case ConnectionShutdownException s -> failed("connection-lost", "CIC closed the connection");
      case ConnectException c -> failed("cic-unreachable", "CIC does not accept connections");
      case UnknownHostException u ->
          failed("cic-unreachable", "the name of CIC's host is not known");
      case SocketTimeoutException t -> failed("cic-timeout", "CIC did not answer in time");
      case SSLException s ->
          failed(
              "tls-failed",
              "TLS with CIC failed: its certificate is not trusted, or h2 not offered");
      case InterruptedIOException i -> failed("cic-timeout", "CIC did not answer in time");
      default ->
          failed("connection-lost", "the connection to CIC broke: " + e.getClass().getSimpleName());
    };
  }
}
