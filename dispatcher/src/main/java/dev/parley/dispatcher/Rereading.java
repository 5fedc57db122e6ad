package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Effect;
import dev.parley.dispatcher.flow.Input;
import dev.parley.protocol.MalformedException;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.ReplayReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The turns that a tenure reads again for another try. Asked on the partition's thread; what comes
 * of it goes to the inbox from the reader's thread.
 */
final class Rereading implements AutoCloseable {
  private final PartitionDesk desk;
  private final Inbox inbox;
  private final Consumer<Input> replayed;
  private final DispatcherMetrics metrics;
  private volatile boolean ended;

  /** {@code replayed}: takes a record that was read again, on the partition's thread. */
  Rereading(PartitionDesk desk, Inbox inbox, Consumer<Input> replayed, DispatcherMetrics metrics) {
    this.desk = desk;
    this.inbox = inbox;
    this.replayed = replayed;
    this.metrics = metrics;
  }

  void replay(Effect.Replay replay) {
    long to = replay.to() == Effect.SPEECH_END ? ReplayReader.END : replay.to();
    desk.speech()
        .read(
            replay.turn().dialog().getBytes(StandardCharsets.UTF_8),
            replay.from(),
            to,
            new ReplayReader.Listener() {
              @Override
              public void record(ConsumerRecord<byte[], byte[]> record) {
                take(replay, record);
              }

              @Override
              public void done(long offset) {
                inbox.post(new Input.ReplayedTo(replay.turn(), replay.attempt(), offset));
              }

              @Override
              public void failed(Throwable cause) {
                inbox.failed(cause);
              }
            });
  }

  /** On the reader's thread: what is of another turn of the dialog stays there. */
  private void take(Effect.Replay replay, ConsumerRecord<byte[], byte[]> record) {
    if (ended) {
      return;
    }
    try {
      SpeechRecord speech = SpeechRecord.parse(KafkaRecords.fromKafka(record));
      if (speech.turn().equals(replay.turn())) {
        int bytes = record.value() == null ? 0 : record.value().length;
        desk.awaitRoom(bytes);
        metrics.replayed();
        desk.post(() -> {
          replayed.accept(new Input.Replayed(replay.turn(), replay.attempt(), speech));
          desk.roomTaken(bytes);
        });
      }
    } catch (MalformedException e) {
      // Set aside when it was first read.
    }
  }

  /** What is still read is of no use any more. Any thread. */
  @Override
  public void close() {
    ended = true;
  }
}
