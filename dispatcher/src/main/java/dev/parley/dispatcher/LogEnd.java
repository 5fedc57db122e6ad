package dev.parley.dispatcher;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kafka where a partition ends now, without waiting for the answer. Any thread. */
final class LogEnd {
  private static final Logger log = LoggerFactory.getLogger(LogEnd.class);
  private static final int LIMIT_MILLIS = 2_000;

  private final Admin admin;
  private final AtomicBoolean isSilent = new AtomicBoolean();

  LogEnd(Admin admin) {
    this.admin = admin;
  }

  /**
   * Tells {@code answer} the offset that the next record will have; without an answer the flow's
   * own limits end the wait.
   */
  void ask(TopicPartition partition, LongConsumer answer) {
    var _ =
        admin
            .listOffsets(
                Map.of(partition, OffsetSpec.latest()),
                new ListOffsetsOptions().timeoutMs(LIMIT_MILLIS))
            .partitionResult(partition)
            .whenComplete((result, exception) -> {
              if (exception == null) {
                if (isSilent.getAndSet(false)) {
                  log.info("Kafka says again where partitions end");
                }
                answer.accept(result.offset());
              } else if (!isSilent.getAndSet(true)) {
                log.warn(
                    "Kafka does not say where partitions end, {} at first: {}",
                    partition,
                    exception.getMessage());
              }
            });
  }
}
