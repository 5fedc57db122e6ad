package dev.parley.turnlog;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The committed offsets of a group, asked by an admin client. Any thread. */
public final class GroupOffsets implements CommittedOffsets {
  private static final int LIMIT_MILLIS = 5_000;

  private final Admin admin;
  private final String group;

  /** {@code admin} is not closed by this. */
  public GroupOffsets(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  @Override
  public OffsetAndMetadata of(TopicPartition partition)
      throws InterruptedException, ExecutionException, TimeoutException {
    OffsetAndMetadata committed =
        admin
            .listConsumerGroupOffsets(
                Map.of(
                    group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition))),
                new ListConsumerGroupOffsetsOptions().timeoutMs(LIMIT_MILLIS))
            .partitionsToOffsetAndMetadata(group)
            .get(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
            .get(partition);
    return committed != null ? committed : new OffsetAndMetadata(start(partition), "");
  }

  private long start(TopicPartition partition)
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin
        .listOffsets(
            Map.of(partition, OffsetSpec.earliest()),
            new ListOffsetsOptions().timeoutMs(LIMIT_MILLIS))
        .partitionResult(partition)
        .get(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .offset();
  }
}
