package dev.parley.producer;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import java.util.ArrayList;
import java.util.List;

/** A topic of eight partitions in memory, which refuses from some record on. */
final class MemorySink implements RecordSink {
  static final int PARTITIONS = 8;

  private final List<SpeechRecord> records = new ArrayList<>();
  private final List<Integer> partitions = new ArrayList<>();
  private int refuseFrom = Integer.MAX_VALUE;
  private Runnable onAppend = () -> {};
  private boolean closed;

  /** The record of this number, from 0, and all that follow are refused. */
  synchronized void refuseFrom(int number) {
    refuseFrom = number;
  }

  /** Runs before each record is taken. */
  synchronized void onAppend(Runnable action) {
    onAppend = action;
  }

  @Override
  public int partitions() {
    return PARTITIONS;
  }

  @Override
  public synchronized Place append(int partition, RawRecord record) throws PublishException {
    onAppend.run();
    if (closed || records.size() >= refuseFrom) {
      throw new PublishException(PublishException.Reason.LOST, "the broker is gone");
    }
    try {
      records.add(SpeechRecord.parse(record));
    } catch (MalformedException e) {
      throw new AssertionError("not a record of the topic", e);
    }
    partitions.add(partition);
    notifyAll();
    return new Place(records.size() - 1L, 1_000_000 + records.size());
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized List<SpeechRecord> records() {
    return List.copyOf(records);
  }

  synchronized List<Integer> usedPartitions() {
    return List.copyOf(partitions);
  }

  /** Waits until there are so many records. */
  synchronized List<SpeechRecord> await(int count) throws InterruptedException {
    while (records.size() < count) {
      wait();
    }
    return List.copyOf(records);
  }

  /** The kinds in order, such as {@code Begin Audio End}. */
  synchronized String kinds() {
    List<String> kinds = records.stream().map(r -> r.getClass().getSimpleName()).toList();
    return String.join(" ", kinds);
  }

  /** The lengths of the chunks. */
  synchronized List<Integer> chunks() {
    return records.stream()
        .filter(SpeechRecord.Audio.class::isInstance)
        .map(r -> ((SpeechRecord.Audio) r).pcm().length)
        .toList();
  }
}
