package dev.parley.protocol.record;

import dev.parley.protocol.CicStatus;
import dev.parley.protocol.Ids;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a turn ends, and all that follows from it. The table of reasons in {@code docs/metrics.md} is
 * this one.
 */
public sealed interface Ending {
  /** A short slug that says why; the same word in ledger, log and metrics. */
  String reason();

  /** How the turn ended, in one word. */
  TurnStatus status();

  /** Why, in a sentence for people, where nothing more exact is known. */
  String sentence();

  /** Whose matter it is. */
  Matter matter();

  /** Whether the same turn may fare better in another try. */
  boolean isTriedAgain();

  /** Of whom or what an ending speaks. */
  enum Matter {
    /** All went well. */
    NOBODYS("Nobody's: CIC took the whole turn and answered."),
    /** The user. */
    USER("The user changed their mind."),
    /** More speech than this many dispatchers and CIC take. */
    CAPACITY("Too much for the dispatchers that there are, or CIC takes too little."),
    /** Nobody was there to take the turn. */
    BACKLOG("Nobody took the turn for `--begin-age`: too few dispatchers for the backlog."),
    /** A device that does not stop. */
    ENDLESS("A device that never stops: more than 4 MiB of audio in a turn."),
    /** What was published. */
    PRODUCER("The producer's."),
    /** What lets the device in. */
    CREDENTIALS("The device's credentials."),
    /** What CIC answers. */
    CIC("CIC; with 408, 412, 429 and 5xx after three tries."),
    /** CIC as a whole, or the network. */
    WAY("CIC, or the way to it."),
    /** The connection that a turn was on. */
    CONNECTION("CIC's connections, after three tries or in the middle of an answer."),
    /** What CIC sends. */
    PROTOCOL("CIC breaks its own protocol."),
    /** Kafka, which did not take what it was to keep. */
    KAFKA("Kafka did not take an answer's audio in time: it is away, full, or lacks replicas."),
    /** How long Kafka keeps speech. */
    RETENTION("Retention of `parley.speech` is shorter than the outage."),
    /** A dispatcher that was lost. */
    DISPATCHER(
        "A dispatcher died while CIC's answer was on its way: part of it may have been heard, so it is not asked for again."),
    /** A device that went away. */
    DEVICE("The device fell silent without `end`, or never ended."),
    /** A CIC that says nothing. */
    SILENCE("CIC said nothing for 30 s."),
    /** What kills whoever touches it. */
    POISON(
        "Three dispatchers began this turn and died: its records are a bug report; they are in `parley.dead-letters`."),
    /** Parley. */
    PARLEY("Parley's own: a bug report, or a dispatcher that was stopped in the middle."),
    /** What only another build knows. */
    UNKNOWN("Only another build of Parley knows.");

    private final String sentence;

    Matter(String sentence) {
      this.sentence = sentence;
    }

    /** For people, in Markdown. */
    public String sentence() {
      return sentence;
    }
  }

  /** An ending that has a name of its own. */
  enum Known implements Ending {
    ANSWERED(TurnStatus.OK, Matter.NOBODYS, "CIC took the whole turn and answered"),
    CANCELLED(TurnStatus.CANCELLED, Matter.USER, "the device took the turn back"),
    BARGE_IN(TurnStatus.SUPERSEDED, Matter.USER, "the device began another turn"),
    TOO_MANY_TURNS(
        TurnStatus.REFUSED, Matter.CAPACITY, "its dispatcher has as many turns open as it can"),
    OVERLOADED(
        TurnStatus.REFUSED,
        Matter.CAPACITY,
        "too much speech is waiting for CIC at its dispatcher already"),
    SHED(
        TurnStatus.FAILED,
        Matter.CAPACITY,
        "CIC took too little of it while too much speech waited for CIC"),
    OVERFLOW(
        TurnStatus.FAILED, Matter.CAPACITY, "CIC takes the turn's audio more slowly than it comes"),
    EXPIRED(TurnStatus.REFUSED, Matter.BACKLOG, "it waited too long for a dispatcher"),
    TOO_LONG(TurnStatus.REFUSED, Matter.ENDLESS, "the turn has more audio than a turn may have"),
    BAD_METADATA(TurnStatus.REFUSED, Matter.PRODUCER, "the turn's metadata is none"),
    GAP(TurnStatus.FAILED, Matter.PRODUCER, "a record of the turn is missing"),
    NO_CREDENTIALS(
        TurnStatus.FAILED, Matter.CREDENTIALS, "no credentials are configured for this device"),
    CIC_UNREACHABLE(TurnStatus.FAILED, Matter.WAY, "CIC does not accept connections"),
    NO_HELLO(TurnStatus.FAILED, Matter.WAY, "the device's downchannel did not open in time"),
    TLS_FAILED(
        TurnStatus.FAILED,
        Matter.WAY,
        "TLS with CIC failed: its certificate is not trusted, or h2 not offered"),
    NOT_HTTP2(TurnStatus.FAILED, Matter.WAY, "CIC must speak HTTP/2 and answered with HTTP/1.1"),
    CONNECTION_LOST(TurnStatus.FAILED, Matter.CONNECTION, "the connection to CIC broke", true),
    STREAM_RESET(TurnStatus.FAILED, Matter.CONNECTION, "CIC reset the stream", true),
    STUCK(TurnStatus.FAILED, Matter.CONNECTION, "CIC took none of the turn", true),
    CIC_TIMEOUT(TurnStatus.FAILED, Matter.CONNECTION, "CIC did not answer in time", true),
    WRONG_CONNECTION(
        TurnStatus.FAILED,
        Matter.CONNECTION,
        "the event was not sent on the connection of its device's downchannel",
        true),
    UNREADABLE_RESPONSE(TurnStatus.FAILED, Matter.PROTOCOL, "CIC's response can't be read"),
    UNREADABLE_DOWNCHANNEL(
        TurnStatus.FAILED, Matter.PROTOCOL, "what CIC sends on the downchannel can't be read"),
    ANSWERED_EARLY(
        TurnStatus.FAILED,
        Matter.PROTOCOL,
        "CIC answered 204 before the turn was sent and without StopCapture"),
    TOO_MANY_DIRECTIVES(
        TurnStatus.FAILED, Matter.PROTOCOL, "CIC sent more directives than a turn may have"),
    NOT_STORED(TurnStatus.FAILED, Matter.KAFKA, "Kafka did not take an attachment of the answer"),
    SPEECH_GONE(
        TurnStatus.FAILED,
        Matter.RETENTION,
        "Kafka no longer holds the turn: its retention is too short for another try"),
    INTERRUPTED(
        TurnStatus.INTERRUPTED,
        Matter.DISPATCHER,
        "its answer had begun when its dispatcher went away"),
    IDLE_TIMEOUT(TurnStatus.TIMED_OUT, Matter.DEVICE, "neither audio nor end came"),
    UPLOAD_TIMEOUT(
        TurnStatus.TIMED_OUT, Matter.DEVICE, "the turn was still being spoken after too long"),
    RESPONSE_TIMEOUT(TurnStatus.TIMED_OUT, Matter.SILENCE, "CIC sent nothing"),
    POISON(
        TurnStatus.POISON,
        Matter.POISON,
        "dispatchers began this turn and were lost before its end"),
    RELEASED(TurnStatus.FAILED, Matter.PARLEY, "the partition was given to another dispatcher"),
    INTERNAL(TurnStatus.FAILED, Matter.PARLEY, "the dispatcher failed on this turn");

    private final TurnStatus status;
    private final Matter matter;
    private final String sentence;
    private final boolean triedAgain;

    Known(TurnStatus status, Matter matter, String sentence) {
      this(status, matter, sentence, false);
    }

    Known(TurnStatus status, Matter matter, String sentence, boolean triedAgain) {
      this.status = status;
      this.matter = matter;
      this.sentence = sentence;
      this.triedAgain = triedAgain;
    }

    @Override
    public String reason() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    @Override
    public TurnStatus status() {
      return status;
    }

    @Override
    public String sentence() {
      return sentence;
    }

    @Override
    public Matter matter() {
      return matter;
    }

    @Override
    public boolean isTriedAgain() {
      return triedAgain;
    }
  }

  /**
   * CIC refused the turn, or its device's downchannel.
   *
   * @param code the status, three digits
   */
  record Refused(int code) implements Ending {
    private static final String PREFIX = "cic-";

    /** Checks the range. */
    public Refused {
      LedgerChecks.that(code >= 100 && code <= 999, "a status has three digits");
    }

    /** What CIC means by it. */
    public CicStatus meaning() {
      return CicStatus.of(code);
    }

    @Override
    public String reason() {
      return PREFIX + code;
    }

    @Override
    public TurnStatus status() {
      return TurnStatus.REFUSED;
    }

    @Override
    public String sentence() {
      return "CIC answered with status " + code;
    }

    @Override
    public Matter matter() {
      return switch (meaning()) {
        case REFUSED_TOKEN, BARRED -> Matter.CREDENTIALS;
        case SERVED, AWAY, PASSING, FINAL -> Matter.CIC;
      };
    }

    @Override
    public boolean isTriedAgain() {
      return meaning().isTriedAgain();
    }

    private static Optional<Ending> parse(String reason) {
      return reason.matches(PREFIX + "[1-9][0-9]{2}")
          ? Optional.of(new Refused(Integer.parseInt(reason.substring(PREFIX.length()))))
          : Optional.empty();
    }
  }

  /** What another build has written, and this one does not know. */
  record Other(TurnStatus status, String reason) implements Ending {
    /** Checks the slug. */
    public Other {
      Ids.check("reason", reason);
    }

    @Override
    public String sentence() {
      return "it ended for a reason that this release does not know";
    }

    @Override
    public Matter matter() {
      return Matter.UNKNOWN;
    }

    @Override
    public boolean isTriedAgain() {
      return false;
    }
  }

  /** The ending that a record names. */
  static Ending of(TurnStatus status, String reason) {
    return Arrays.stream(Known.values())
        .map(Ending.class::cast)
        .filter(ending -> ending.reason().equals(reason))
        .findFirst()
        .or(() -> Refused.parse(reason))
        .filter(ending -> ending.status() == status)
        .orElseGet(() -> new Other(status, reason));
  }
}
