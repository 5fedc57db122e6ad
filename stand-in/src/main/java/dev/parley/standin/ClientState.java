package dev.parley.standin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is remembered of one client: its downchannel, and its latest turns. Safe for use by several
 * threads.
 */
final class ClientState {
  private static final int REMEMBERED = 256;

  private enum Progress {
    IN_FLIGHT,
    ANSWERED,
    FAILED
  }

  private record Sent(String messageId, Progress progress) {}

  /** What came of an attempt to open a downchannel. */
  enum Opened {
    FIRST,
    /** It takes the place of one on another connection, as when a client moves. */
    REPLACED,
    /** It takes the place of one that the client has on this very connection. */
    REPLACED_HERE,
    /** It takes the place of one that was still being opened. */
    REPLACED_OPENING,
    TOO_SOON
  }

  private Optional<Downchannel> downchannel = Optional.empty();
  private long openedAtNanos;
  private boolean everOpened;
  private String deviceUuid = "";
  private final Map<String, Progress> messages = bounded();
  private final Map<String, Sent> dialogs = bounded();
  private final Map<String, String> expected = bounded();

  /**
   * The new downchannel replaces the one before it, which is ended, unless that was opened just now
   * (C4) on a connection that the client has no cause to leave.
   */
  synchronized Opened open(Downchannel opening, long nowNanos, Judging judging) {
    Opened opened =
        downchannel()
            .map(before -> second(before, opening, nowNanos - openedAtNanos, judging))
            .orElse(Opened.FIRST);
    if (opened != Opened.TOO_SOON) {
      downchannel.ifPresent(Downchannel::end);
      downchannel = Optional.of(opening);
      openedAtNanos = nowNanos;
      everOpened = true;
    }
    return opened;
  }

  private static Opened second(
      Downchannel before, Downchannel opening, long ageNanos, Judging judging) {
    if (before.connection().mayBeLeft()) {
      return Opened.REPLACED;
    }
    if (ageNanos < judging.openWindow().toNanos()) {
      return Opened.TOO_SOON;
    }
    if (!before.helloSent() && ageNanos < judging.singleFlight().toNanos()) {
      return Opened.REPLACED_OPENING;
    }
    return before.connection().equals(opening.connection())
        ? Opened.REPLACED_HERE
        : Opened.REPLACED;
  }

  synchronized void closed(Downchannel was) {
    downchannel = downchannel.filter(is -> is != was);
  }

  /**
   * Tells the client something on its downchannel, if it has one; whether it has. Another one does
   * not take its place meanwhile, so that nothing is said behind the end of the old one.
   */
  synchronized boolean tell(Consumer<Downchannel> says) {
    Optional<Downchannel> now = downchannel();
    now.ifPresent(says);
    return now.isPresent();
  }

  synchronized Optional<Downchannel> downchannel() {
    return downchannel.filter(Downchannel::isOpen);
  }

  synchronized boolean everOpened() {
    return everOpened;
  }

  /** Whether the device UUID is the one that this client sent first. */
  synchronized boolean isStable(String uuid) {
    if (deviceUuid.isEmpty()) {
      deviceUuid = uuid;
    }
    return deviceUuid.equals(uuid);
  }

  /** ExpectSpeech was sent: the dialog may have another turn. */
  synchronized void expect(String dialogRequestId, String expectSpeechId) {
    expected.put(dialogRequestId, expectSpeechId);
  }

  /** A turn begins: are its ids new (C15, C19), or is it an answer to ExpectSpeech (C25)? */
  synchronized void begin(TurnStart turn, Optional<String> speechId, Checks checks) {
    Progress before = messages.put(turn.messageId(), Progress.IN_FLIGHT);
    if (before == Progress.ANSWERED) {
      checks.fail(Row.C19, "this messageId was sent before, and answered");
    } else if (before == Progress.IN_FLIGHT) {
      checks.fail(Row.C15, "another request with this messageId is under way");
    }
    if (turn.isRecognize()) {
      dialog(turn, speechId, checks);
    }
    checks.pass(
        Row.C19,
        before == null ? "ids are UUIDs and new" : "ids are UUIDs, sent again after a failure");
    if (turn.isSpeech()) {
      checks.pass(Row.C15, "one request");
    }
  }

  private void dialog(TurnStart turn, Optional<String> speechId, Checks checks) {
    Sent before =
        dialogs.put(turn.dialogRequestId(), new Sent(turn.messageId(), Progress.IN_FLIGHT));
    if (before == null
        || before.messageId().equals(turn.messageId())
        || before.progress() == Progress.FAILED) {
      return;
    }
    String expectSpeechId = expected.remove(turn.dialogRequestId());
    if (expectSpeechId != null) {
      checks.check(
          Row.C25,
          speechId.filter(expectSpeechId::equals).isPresent(),
          "speechId is the expectSpeechId of ExpectSpeech",
          "speechId is not the expectSpeechId of ExpectSpeech");
    } else if (turn.isSpeech() && before.progress() == Progress.IN_FLIGHT) {
      checks.fail(Row.C15, "another request of this dialog is under way");
    } else {
      checks.fail(Row.C19, "this dialogRequestId was used by another turn, without ExpectSpeech");
    }
  }

  synchronized void settle(TurnStart turn, boolean answered) {
    Progress progress = answered ? Progress.ANSWERED : Progress.FAILED;
    messages.put(turn.messageId(), progress);
    dialogs.computeIfPresent(
        turn.dialogRequestId(),
        (id, sent) ->
            sent.messageId().equals(turn.messageId())
                ? new Sent(sent.messageId(), progress)
                : sent);
  }

  private static <V> Map<String, V> bounded() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }
}
