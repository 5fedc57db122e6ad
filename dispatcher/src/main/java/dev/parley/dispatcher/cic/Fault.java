package dev.parley.dispatcher.cic;

import dev.parley.protocol.CicStatus;
import dev.parley.protocol.record.Ending;
import dev.parley.protocol.record.Ending.Known;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.StreamResetException;

/**
 * Why something with CIC did not work, for the ledger and for people.
 *
 * @param detail a sentence; never holds tokens or bodies
 */
record Fault(Ending ending, String detail) {
  /** With nothing more exact to say. */
  static Fault of(Known ending) {
    return new Fault(ending, ending.sentence());
  }

  static Fault refused(int code) {
    return new Fault(new Ending.Refused(code), "CIC refused the downchannel with status " + code);
  }

  /** Whether a fresh token may help (C39). */
  boolean isRefusedToken() {
    return meaning() == CicStatus.REFUSED_TOKEN;
  }

  /** Whether waiting won't help: the device's right to be there is in question (C39, C42). */
  boolean isFinal() {
    return isItsOwn() || ending == Known.NOT_HTTP2;
  }

  /** Whether it lies with the device: it shows nothing, or what CIC refuses. */
  boolean isItsOwn() {
    return ending.matter() == Ending.Matter.CREDENTIALS;
  }

  private CicStatus meaning() {
    return ending instanceof Ending.Refused refused ? refused.meaning() : CicStatus.SERVED;
  }

  /** Whether another try may fare better; a link that was refused was tried again by itself. */
  boolean mayHeal() {
    return ending instanceof Known known && known.isTriedAgain();
  }

  static Fault of(IOException e) {
    return switch (e) {
      case StreamResetException r ->
          new Fault(Known.STREAM_RESET, "CIC reset the stream (" + r.errorCode + ")");
      case ConnectionShutdownException s ->
          new Fault(Known.CONNECTION_LOST, "CIC closed the connection");
      case AttachmentStore.NotStoredException n ->
          new Fault(Known.NOT_STORED, String.valueOf(n.getMessage()));
      case ConnectException c -> of(Known.CIC_UNREACHABLE);
      case UnknownHostException u ->
          new Fault(Known.CIC_UNREACHABLE, "the name of CIC's host is not known");
      case SocketTimeoutException t -> of(Known.CIC_TIMEOUT);
      case SSLException s -> of(Known.TLS_FAILED);
      case InterruptedIOException i -> of(Known.CIC_TIMEOUT);
      default ->
          new Fault(
              Known.CONNECTION_LOST,
              "the connection to CIC broke: " + e.getClass().getSimpleName());
    };
  }
}
