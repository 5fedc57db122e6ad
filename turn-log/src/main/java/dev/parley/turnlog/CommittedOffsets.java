package dev.parley.turnlog;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Says where a group has left its partitions. */
@FunctionalInterface
public interface CommittedOffsets {
  /**
   * What was committed last, or where the log starts when nothing ever was. Blocks; any thread.
   *
   * @throws ExecutionException when Kafka says that it can't tell
   * @throws TimeoutException when it does not answer
   */
  OffsetAndMetadata of(TopicPartition partition)
      throws InterruptedException, ExecutionException, TimeoutException;
}
