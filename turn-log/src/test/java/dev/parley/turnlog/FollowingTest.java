package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

final class FollowingTest {
  private static final TopicPartition PARTITION = new TopicPartition("log", 0);

  /** What a record of no value counts for, in bytes. */
  private static final long EMPTY = 400;

  private final List<String> told = new ArrayList<>();
  private int changes;
  private RuntimeException thrown = new IllegalStateException("never");
  private boolean isThrown;

  private final Following following =
      new Following(
          PARTITION,
          5,
          new LogTail.Follower() {
            @Override
            public void read(List<ConsumerRecord<byte[], byte[]>> records, long next) {
              if (isThrown) {
                throw thrown;
              }
              told.add(records.stream().map(ConsumerRecord::offset).toList() + " to " + next);
            }

            @Override
            public void broken(String why) {
              told.add(why);
            }
          },
          () -> changes++);

  private static List<ConsumerRecord<byte[], byte[]>> records(long from, long to, int size) {
    return LongStream.range(from, to)
        .mapToObj(offset ->
            new ConsumerRecord<>(
                "log",
                0,
                offset,
                0,
                TimestampType.LOG_APPEND_TIME,
                0,
                size,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.empty()))
        .toList();
  }

  @Test
  void whatStandsBeforeItsPlaceIsNotTold() {
    following.tell(records(2, 5, 0));
    following.tell(records(3, 8, 0));
    following.tell(records(6, 8, 0));
    following.tell(records(8, 9, 0));
    assertThat(told).containsExactly("[5, 6, 7] to 8", "[8] to 9");
    assertThat(following.next()).isEqualTo(9);
  }

  @Test
  void whoIsBehindIsFullAndHasRoomAgainOnceItHasWorked() {
    int size = (int) (Following.MOST_WAITING / 2 - EMPTY);
    assertThat(Following.bytes(records(5, 7, size))).isEqualTo(Following.MOST_WAITING);
    following.tell(records(5, 6, size));
    assertThat(following.isFull()).isFalse();
    assertThat(changes).isZero();
    following.tell(records(6, 7, size));
    assertThat(following.isFull()).isTrue();
    assertThat(changes).isEqualTo(1);
    following.worked(1);
    assertThat(following.isFull()).isFalse();
    assertThat(changes).isEqualTo(2);
    following.worked(1);
    assertThat(changes).as("it had room before").isEqualTo(2);
  }

  @Test
  void whoHasTooMuchIsFullUntilEnoughIsWorkedOn() {
    following.tell(records(5, 8, (int) Following.MOST_WAITING));
    following.worked(Following.MOST_WAITING);
    assertThat(following.isFull()).isTrue();
    assertThat(changes).isEqualTo(1);
    following.worked(Following.MOST_WAITING + 3 * EMPTY);
    assertThat(following.isFull()).as("exactly full is full").isTrue();
    following.worked(1);
    assertThat(following.isFull()).isFalse();
    assertThat(changes).isEqualTo(2);
  }

  @Test
  void whoIsClosedIsToldNothing() {
    following.close();
    following.tell(records(5, 6, 0));
    following.broken("as the test wants it");
    assertThat(told).isEmpty();
    assertThat(following.isClosed()).isTrue();
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void whoThrowsIsToldThatItLacksSomething() {
    isThrown = true;
    thrown = new IllegalStateException("as the test wants it");
    following.tell(records(5, 6, 0));
    assertThat(told)
        .containsExactly(
            "what was read could not be taken: java.lang.IllegalStateException: as the test wants it");
  }
}
