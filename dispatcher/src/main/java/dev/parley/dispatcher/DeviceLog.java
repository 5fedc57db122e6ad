package dev.parley.dispatcher;

import dev.parley.protocol.record.RawRecord;
import dev.parley.turnlog.BrokerClock;
import dev.parley.turnlog.LogWriter;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a partition of {@code parley.devices}. Nothing waits for it: what can't be written is
 * written with a device's next use. The partition's thread.
 */
final class DeviceLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeviceLog.class);

  private final int partition;
  private final Executor desk;
  private final LogWriter writer;
  private boolean closed;
  private boolean failing;

  /** {@code desk}: runs a task on the partition's thread. */
  DeviceLog(
      String topic,
      int partition,
      Producer<byte[], byte[]> producer,
      BrokerClock clock,
      Executor desk) {
    this.partition = partition;
    this.desk = desk;
    this.writer = new LogWriter(topic, partition, producer, clock);
  }

  /** {@code failed}: run when it could not be written. */
  void append(RawRecord record, Runnable failed) {
    writer.appendIfRoom(
        record,
        new LogWriter.Done() {
          @Override
          public void appended(long offset) {
            desk.execute(DeviceLog.this::wellAgain);
          }

          @Override
          public void failed(Exception cause) {
            desk.execute(() -> {
              ill(cause);
              failed.run();
            });
          }
        });
  }

  private void wellAgain() {
    if (failing) {
      failing = false;
      log.info("partition {}: its devices are remembered again", partition);
    }
  }

  private void ill(Exception cause) {
    if (!failing && !closed) {
      failing = true;
      log.warn("partition {}: its devices can't be remembered: {}", partition, cause.toString());
    }
  }

  @Override
  public void close() {
    closed = true;
    writer.close();
  }
}
