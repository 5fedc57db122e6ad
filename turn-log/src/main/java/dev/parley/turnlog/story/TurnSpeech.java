package dev.parley.turnlog.story;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.message.Event;
import dev.parley.protocol.record.SpeechRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A turn as its device spoke it; of audio only counts and times are kept. Pure; one thread. */
final class TurnSpeech {
  private final List<StoryEntry> entries = new ArrayList<>();
  private int leftOut;

  /** Whose records are the turn's: that of its begin, or of the first that is still there. */
  private @Nullable String source;

  private boolean begun;
  private int chunks;
  private long bytes;
  private int pauses;
  private int missing;
  private int foreign;
  private int lastSeq = -1;
  private long lastMillis;

  /** The last audio so far, and where in the entries it belongs. */
  private @Nullable Place lastChunk;

  private int lastChunkAt;

  void record(ConsumerRecord<byte[], byte[]> record, SpeechRecord speech) {
    boolean first = source == null;
    if (first) {
      source = speech.source();
    }
    boolean counts = speech.source().equals(source) && !(begun && speech.seq() == 0);
    if (counts) {
      // Without its begin, what stood before was taken by retention, and is not missing.
      missing += first ? 0 : Math.max(0, speech.seq() - lastSeq - 1);
      lastSeq = Math.max(lastSeq, speech.seq());
    }
    switch (speech) {
      case SpeechRecord.Begin begin -> {
        add(StoryEntry.of(record, counts, new Told.SpeechBegun(event(begin))));
        begun = true;
      }
      case SpeechRecord.Audio audio -> {
        if (counts) {
          audio(record, audio);
        } else {
          foreign++;
        }
      }
      case SpeechRecord.End _ -> add(StoryEntry.of(record, counts, new Told.SpeechEnded()));
      case SpeechRecord.Cancel _ -> add(StoryEntry.of(record, counts, new Told.TakenBack()));
    }
  }

  private void audio(ConsumerRecord<byte[], byte[]> record, SpeechRecord.Audio audio) {
    long pause = record.timestamp() - lastMillis;
    if (chunks == 0) {
      add(StoryEntry.of(record, true, new Told.FirstChunk()));
    } else if (pause > Told.PAUSE_MILLIS) {
      pauses++;
      add(StoryEntry.of(record, true, new Told.Resumed(pause)));
    }
    chunks++;
    bytes += audio.pcm().length;
    lastMillis = record.timestamp();
    lastChunk = Place.of(record);
    lastChunkAt = entries.size();
  }

  void unreadable(StoryEntry entry) {
    add(entry);
  }

  private void add(StoryEntry entry) {
    if (entries.size() < StoryEntry.MOST) {
      entries.add(entry);
    } else {
      leftOut++;
    }
  }

  private static Optional<String> event(SpeechRecord.Begin begin) {
    try {
      return Optional.of(Event.ofMetadata(begin.metadata()).header().fullName());
    } catch (MalformedException e) {
      return Optional.empty(); // The dispatcher says what is wrong with it, in the ledger.
    }
  }

  int leftOut() {
    return leftOut;
  }

  /** In the order of their offsets. */
  List<StoryEntry> entries() {
    List<StoryEntry> all = new ArrayList<>(entries);
    Place last = lastChunk;
    if (last != null) {
      all.add(
          lastChunkAt,
          new StoryEntry(
              last, lastMillis, true, new Told.LastChunk(chunks, bytes, pauses, missing, foreign)));
    }
    return all;
  }
}
