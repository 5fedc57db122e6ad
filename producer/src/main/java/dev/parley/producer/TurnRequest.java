package dev.parley.producer;

import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.message.ContextObject;
import dev.parley.protocol.message.Event;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a turn is to be: its ids and the JSON metadata of its Recognize event (C11). Immutable; the
 * {@code with} methods give an altered one. An instance always keeps C17, C18, C19 and C26: ids are
 * UUIDs, the payload is one that CIC takes.
 */
public final class TurnRequest {
  private final TurnId turn;
  private final boolean hasAudio;
  private final byte[] metadata;

  private TurnRequest(TurnId turn, boolean hasAudio, byte[] metadata) {
    this.turn = turn;
    this.hasAudio = hasAudio;
    this.metadata = metadata;
  }

  /**
   * Speech that begins a new dialog, started by a tap, with new ids and no context.
   *
   * @param device the device's id, 1 to 64 of {@code A-Z a-z 0-9 . _ -}
   * @param lang {@code ko}, {@code ja} or {@code en}
   * @throws IllegalArgumentException when one of them is something else
   */
  public static TurnRequest speech(String device, String lang) {
    return checked(device, Event.speech(newId(), newId(), lang).metadata(List.of()));
  }

  /**
   * Text that begins a new dialog, with new ids and no context (C26).
   *
   * @throws IllegalArgumentException when the device's id is invalid or the text empty
   */
  public static TurnRequest text(String device, String text) {
    return checked(device, Event.text(newId(), newId(), text).metadata(List.of()));
  }

  /**
   * A turn with metadata of the device's own making, which goes to CIC byte for byte.
   *
   * @param metadata {@code {"context":[..],"event":{"header":{..},"payload":{..}}}} of a
   *     SpeechRecognizer.Recognize or TextRecognizer.Recognize, with both ids; copied
   * @throws MalformedException when CIC would refuse it; the message names the field and the row
   * @throws IllegalArgumentException when the device's id is invalid
   */
  public static TurnRequest ofMetadata(String device, byte[] metadata) throws MalformedException {
    byte[] own = metadata.clone();
    Event event = Event.checked(own);
    if (!event.isRecognize()) {
      throw new MalformedException(
          "a turn is SpeechRecognizer.Recognize or TextRecognizer.Recognize, nothing else");
    }
    return new TurnRequest(
        new TurnId(
            device, event.header().dialogRequestId().orElseThrow(), event.header().messageId()),
        event.hasAudio(),
        own);
  }

  /**
   * With this dialogRequestId, a UUID: the dialog's own, or that of a dialog that goes on (C25).
   */
  public TurnRequest withDialog(String dialogRequestId) {
    return with(root -> header(root).put("dialogRequestId", dialogRequestId));
  }

  /** With this messageId, a UUID. */
  public TurnRequest withMessage(String messageId) {
    return with(root -> header(root).put("messageId", messageId));
  }

  /** Started by this; speech only. */
  public TurnRequest withInitiator(Initiator initiator) {
    if (!hasAudio) {
      throw new IllegalStateException("a turn of text has no initiator");
    }
    return with(root -> {
      ObjectNode json = payload(root).putObject("initiator").put("inputSource", "SELF");
      switch (initiator) {
        case Initiator.Tap tap -> json.put("type", "TAP");
        case Initiator.PressAndHold hold -> json.put("type", "PRESS_AND_HOLD");
        case Initiator.WakeWord word ->
            json.put("type", "WAKEWORD")
                .putObject("payload")
                .putObject("wakeWord")
                .putObject("indices")
                .put("startIndexInSamples", word.startIndexInSamples())
                .put("endIndexInSamples", word.endIndexInSamples());
      }
    });
  }

  /** With this client state (C20) instead of what was there. */
  public TurnRequest withContext(List<ContextObject> context) {
    return with(root -> {
      ArrayNode array = root.putArray("context");
      context.forEach(object -> array.add(object.toJson()));
    });
  }

  /**
   * As the answer to an ExpectSpeech (C25); the dialog must be the one it came with.
   *
   * @param expectSpeechId what the ExpectSpeech called itself
   * @param explicit what it said there
   */
  public TurnRequest answering(String expectSpeechId, boolean explicit) {
    return with(root -> payload(root).put("speechId", expectSpeechId).put("explicit", explicit));
  }

  /** The turn's name. */
  public TurnId turn() {
    return turn;
  }

  /** Whether audio follows: speech, not text. */
  public boolean hasAudio() {
    return hasAudio;
  }

  /** The JSON metadata part as it goes to CIC (C11), a copy. */
  public byte[] metadata() {
    return metadata.clone();
  }

  private TurnRequest with(Consumer<ObjectNode> change) {
    try {
      ObjectNode root = Json.object(metadata);
      change.accept(root);
      return checked(turn.device(), Json.bytes(root));
    } catch (MalformedException e) {
      throw new IllegalStateException("metadata that were well-formed no longer are", e);
    }
  }

  private static ObjectNode header(ObjectNode root) {
    return (ObjectNode) root.path("event").path("header");
  }

  private static ObjectNode payload(ObjectNode root) {
    return (ObjectNode) root.path("event").path("payload");
  }

  private static TurnRequest checked(String device, byte[] metadata) {
    try {
      return ofMetadata(device, metadata);
    } catch (MalformedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }
}
