package dev.parley.dispatcher.flow;

/**
 * How much of a turn's speech one try has taken: its records in their order, and the audio in them.
 * One thread.
 */
final class TakenSpeech {
  private int nextSeq = 1;
  private int chunks;
  private long bytes;

  /** The number of the record that comes next. */
  int nextSeq() {
    return nextSeq;
  }

  /** The record that was next is taken. */
  void take() {
    nextSeq++;
  }

  /** A chunk of audio of so many bytes goes out. */
  void addChunk(int size) {
    chunks++;
    bytes += size;
  }

  int chunks() {
    return chunks;
  }

  /** Of audio. */
  long bytes() {
    return bytes;
  }
}
