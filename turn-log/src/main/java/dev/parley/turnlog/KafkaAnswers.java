package dev.parley.turnlog;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.jspecify.annotations.Nullable;

/**
 * The admin client by which brokers are asked, made when it is needed first; what keeps an answer
 * from coming is told in a sentence for an operator. One thread at a time; blocks.
 */
final class KafkaAnswers implements AutoCloseable {
  /** The client's own time-out comes first. */
  private static final long GRACE_MILLIS = 500;

  private final KafkaSettings kafka;
  private final String clientId;
  private @Nullable Admin admin;

  KafkaAnswers(KafkaSettings kafka, String clientId) {
    this.kafka = kafka;
    this.clientId = clientId;
  }

  /** Whether there is a client, which knows the brokers. */
  boolean hasClient() {
    return admin != null;
  }

  /**
   * The client to ask by.
   *
   * @throws StartException when the settings permit none
   */
  Admin client() throws StartException {
    if (admin == null) {
      try {
        admin = Admin.create(kafka.admin(clientId));
      } catch (KafkaException e) {
        throw StartException.of(e);
      }
    }
    return admin;
  }

  /**
   * Waits for an answer.
   *
   * @param deadline until when, by {@link System#nanoTime}
   * @param within how long that was in all, for the sentence
   * @throws StartException when none comes in time, or it is an error, which is the cause
   */
  <T> T get(KafkaFuture<T> answer, long deadline, Duration within) throws StartException {
    try {
      return answer.get(millisUntil(deadline) + GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw StartException.waiting(kafka.silent(within), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw StartException.waiting(said(cause, within), cause);
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
      throw StartException.waiting("interrupted", e);
    }
  }

  private String said(Throwable cause, Duration within) {
    String where = kafka.where();
    return switch (cause) {
      case org.apache.kafka.common.errors.TimeoutException e -> kafka.silent(within);
      case SslAuthenticationException e ->
          where + " and this process do not come to terms over TLS: " + e.getMessage();
      case AuthenticationException e ->
          where + " refuses the credentials of this process: " + e.getMessage();
      case AuthorizationException e -> where + " does not permit this: " + e.getMessage();
      default -> where + " answers with an error: " + cause.getMessage();
    };
  }

  static int millisUntil(long deadline) {
    return (int) Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
  }

  @Override
  public void close() {
    if (admin != null) {
      // At once: a graceful close would wait for the answer that did not come.
      admin.close(Duration.ZERO);
      admin = null;
    }
  }
}
