package dev.parley.turnlog;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * A part can't start. Its message is a sentence for an operator; its trouble says whether another
 * try may go well ({@link Trouble.Waiting}) or the settings must be changed ({@link Trouble.Dead}).
 */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Trouble trouble;

  public StartException(Trouble trouble, @Nullable Throwable cause) {
    super(trouble.why(), cause);
    this.trouble = trouble;
  }

  /** Another try may go well. */
  static StartException waiting(String why, @Nullable Throwable cause) {
    return new StartException(new Trouble.Waiting(why), cause);
  }

  /**
   * Of what Kafka's clients throw when they are made. What they find wrong in their settings stays
   * wrong; a name that can't be resolved any more may be known again.
   */
  public static StartException of(KafkaException e) {
    Throwable cause = e;
    while (cause.getCause() != null && !isSetting(cause)) {
      cause = cause.getCause();
    }
    String said = String.valueOf(cause.getMessage());
    return isSetting(cause) && !said.contains("resolvable")
        ? new StartException(new Trouble.Dead("Kafka's clients refuse their settings: " + said), e)
        : waiting("Kafka's clients do not start: " + said, e);
  }

  /** A login's settings are no {@link ConfigException} but an illegal argument. */
  private static boolean isSetting(Throwable cause) {
    return cause instanceof ConfigException || cause instanceof IllegalArgumentException;
  }

  /** Why, and whether it can pass. */
  public Trouble trouble() {
    return trouble;
  }
}
