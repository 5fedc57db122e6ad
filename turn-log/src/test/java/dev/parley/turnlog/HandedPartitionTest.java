package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class HandedPartitionTest {
  private static final TopicPartition PARTITION = new TopicPartition("log", 3);
  private static final OffsetAndMetadata START = new OffsetAndMetadata(7, "metadata");

  private int changes;
  private final HandedPartition partition =
      new HandedPartition(PARTITION, START, new ReadAhead(700), () -> changes++);

  @Test
  void whatTheOwnerMayAskForIsAsItWasHanded() {
    assertThat(partition.id()).isEqualTo(PARTITION);
    assertThat(partition.committed()).isEqualTo(START);
    assertThat(partition.position()).isEqualTo(7);
    assertThat(partition.isVoid()).isFalse();
    assertThat(partition.startOver()).isNull();
  }

  @Test
  void theFirstReasonWhyItIsVoidIsTheOneThatIsTold() {
    partition.startOver("the first reason");
    partition.startOver("another");
    assertThat(partition.isVoid()).isTrue();
    assertThat(partition.startOver()).isEqualTo("the first reason");
  }

  @Test
  void recordsAreWantedUnlessItHasPaused() {
    assertThat(partition.wantsRecords(ReadAhead.Room.ROOMY)).isTrue();
    partition.pause();
    assertThat(partition.wantsRecords(ReadAhead.Room.ROOMY)).isFalse();
    assertThat(changes).isEqualTo(1);
    partition.resume();
    assertThat(partition.wantsRecords(ReadAhead.Room.ROOMY)).isTrue();
    assertThat(changes).isEqualTo(2);
  }
}
