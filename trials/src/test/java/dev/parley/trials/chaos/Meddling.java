package dev.parley.trials.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * What may be found in Kafka that does not belong there. A deed is done when {@code now} says so.
 */
final class Meddling {
  private static final int CHUNK = 6_400;

  /** Some way into the turn. */
  private static final int SEQ = 4;

  private final BooleanSupplier now;
  private final Random random;

  Meddling(BooleanSupplier now, long seed) {
    this.now = now;
    this.random = new Random(seed);
  }

  private byte[] noise() {
    byte[] noise = new byte[CHUNK];
    random.nextBytes(noise);
    return noise;
  }

  private boolean isSpeech(String topic) {
    return now.getAsBoolean() && topic.equals(Topics.DEFAULT.speech());
  }

  /** A chunk of other audio stands before the device's own, which then is a repetition. */
  Meddler.Deed mixesAudio(Plant plant, String device) {
    return (topic, raw) -> {
      if (isSpeech(topic)
          && SpeechRecord.parse(raw) instanceof SpeechRecord.Audio audio
          && audio.turn().device().equals(device)
          && audio.seq() == SEQ) {
        plant.done();
        return List.of(
            new SpeechRecord.Audio(audio.turn(), audio.source(), SEQ + 1, noise()).toRaw());
      }
      return List.of();
    };
  }

  /** A turn that no device has spoken, once. */
  Meddler.Deed speaksForNobody(Plant plant, String device) {
    return (topic, raw) -> {
      if (isSpeech(topic)
          && plant.millis() == 0
          && SpeechRecord.parse(raw) instanceof SpeechRecord.Begin begin
          && begin.turn().device().equals(device)) {
        TurnId real = begin.turn();
        TurnId forged =
            new TurnId(device, UUID.randomUUID().toString(), UUID.randomUUID().toString());
        String metadata =
            new String(begin.metadata(), UTF_8)
                .replace(real.dialog(), forged.dialog())
                .replace(real.message(), forged.message());
        plant.done();
        return List.of(
            new SpeechRecord.Begin(forged, "meddler", metadata.getBytes(UTF_8)).toRaw(),
            new SpeechRecord.Audio(forged, "meddler", 1, noise()).toRaw(),
            new SpeechRecord.End(forged, "meddler", 2).toRaw());
      }
      return List.of();
    };
  }

  /** A directive stands in the ledger after its turn's end. */
  Meddler.Deed goesOnAfterTheEnd(Plant plant, String device) {
    Map<TurnId, RawRecord> last = new HashMap<>();
    return (topic, raw) -> {
      if (!now.getAsBoolean() || !topic.equals(Topics.DEFAULT.ledger())) {
        return List.of();
      }
      LedgerRecord record = LedgerRecord.parse(raw);
      if (record instanceof LedgerRecord.DirectiveReceived directive) {
        directive.turn().ifPresent(turn -> last.put(turn, raw));
      }
      if (record instanceof LedgerRecord.TurnClosed closed
          && closed.turn().device().equals(device)
          && last.containsKey(closed.turn())) {
        plant.done();
        return List.of(last.remove(closed.turn()));
      }
      return List.of();
    };
  }

  /** A turn's end stands in the ledger twice. */
  Meddler.Deed closesTwice(Plant plant, String device) {
    return (topic, raw) -> {
      if (now.getAsBoolean()
          && plant.millis() == 0
          && topic.equals(Topics.DEFAULT.ledger())
          && LedgerRecord.parse(raw) instanceof LedgerRecord.TurnClosed closed
          && closed.turn().device().equals(device)) {
        plant.done();
        return List.of(raw);
      }
      return List.of();
    };
  }
}
