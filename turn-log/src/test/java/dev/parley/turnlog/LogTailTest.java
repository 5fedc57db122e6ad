package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogTailTest {
  private static final TopicPartition ONE = new TopicPartition("log", 0);
  private static final TopicPartition TWO = new TopicPartition("log", 1);

  private final BlockingQueue<Broker> made = new LinkedBlockingQueue<>();
  private final LogTail tail = LogTail.start("tail", this::consumer);

  private Consumer<byte[], byte[]> consumer() {
    Broker broker = new Broker();
    made.add(broker);
    return broker;
  }

  @AfterEach
  void close() {
    tail.close();
  }

  /** A consumer that finds ten records in each partition that it is placed in. */
  private static final class Broker extends MockConsumer<byte[], byte[]> {
    private static final int RECORDS = 10;

    Broker() {
      super("none");
      updateBeginningOffsets(Map.of(ONE, 0L, TWO, 3L));
    }

    @Override
    public synchronized void seek(TopicPartition partition, long offset) {
      super.seek(partition, offset);
      for (long at = offset; at < RECORDS; at++) {
        addRecord(record(partition, at));
      }
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // It must not wait with the lock.
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
      if (records.isEmpty()) {
        LockSupport.parkNanos(1_000_000);
      }
      return records;
    }

    void append(TopicPartition partition, long from, int count) {
      schedulePollTask(() ->
          LongStream.range(from, from + count).forEach(at -> addRecord(record(partition, at))));
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset) {
      return new ConsumerRecord<>(
          partition.topic(), partition.partition(), offset, new byte[0], new byte[0]);
    }
  }

  private static class Heard implements LogTail.Follower {
    final BlockingQueue<Long> offsets = new LinkedBlockingQueue<>();
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    @Override
    public void read(List<ConsumerRecord<byte[], byte[]>> records, long next) {
      records.forEach(record -> offsets.add(record.offset()));
      assertThat(records.getLast().offset()).isEqualTo(next - 1);
    }

    @Override
    public void broken(String why) {
      ends.add(why);
    }

    /** Exactly these come next. */
    void hears(long from, long to) throws InterruptedException {
      for (long offset = from; offset < to; offset++) {
        assertThat(offsets.poll(60, TimeUnit.SECONDS)).isEqualTo(offset);
      }
    }

    String end() throws InterruptedException {
      return ends.poll(60, TimeUnit.SECONDS);
    }
  }

  private Broker broker() throws InterruptedException {
    Broker broker = made.poll(60, TimeUnit.SECONDS);
    assertThat(broker).isNotNull();
    return broker;
  }

  @Test
  void aPartitionIsReadOnFromWhereItsFollowerStands() throws Exception {
    Heard heard = new Heard();
    tail.follow(ONE, 7, heard);
    heard.hears(7, 10);
    broker().append(ONE, 10, 2);
    heard.hears(10, 12);
  }

  @Test
  void oneConsumerReadsForAllThatFollow() throws Exception {
    Heard first = new Heard();
    Heard second = new Heard();
    tail.follow(ONE, 5, first);
    tail.follow(TWO, 9, second);
    first.hears(5, 10);
    second.hears(9, 10);
    broker().append(TWO, 10, 1);
    second.hears(10, 11);
    assertThat(made).isEmpty();
    assertThat(first.offsets).isEmpty();
  }

  /** As when a partition comes back to a process that is still leaving it. */
  @Test
  void whoFollowsAPartitionThatAnotherFollowsMakesItNotHearAnythingTwice() throws Exception {
    Heard before = new Heard();
    tail.follow(ONE, 8, before);
    before.hears(8, 10);
    Heard after = new Heard();
    tail.follow(ONE, 6, after);
    after.hears(6, 10);
    broker().append(ONE, 10, 1);
    before.hears(10, 11);
    after.hears(10, 11);
  }

  @Test
  void whoIsClosedHearsNoMoreAndTheOthersDo() throws Exception {
    Heard closed = new Heard();
    Heard open = new Heard();
    Following following = tail.follow(ONE, 9, closed);
    tail.follow(ONE, 9, open);
    closed.hears(9, 10);
    open.hears(9, 10);
    following.close();
    broker().append(ONE, 10, 1);
    open.hears(10, 11);
    assertThat(closed.offsets).isEmpty();
  }

  @Test
  void whatShouldComeNextAndIsGoneIsToldToWhoeverFollowsItAndToNobodyElse() throws Exception {
    Heard other = new Heard();
    tail.follow(ONE, 9, other);
    other.hears(9, 10);
    Heard heard = new Heard();
    tail.follow(TWO, 1, heard);
    assertThat(heard.end()).contains("is not there");
    assertThat(heard.offsets).isEmpty();
    broker().append(ONE, 10, 1);
    other.hears(10, 11);
    assertThat(other.ends).isEmpty();
  }

  @Test
  void whoThrowsIsToldSoAndTheOthersReadOn() throws Exception {
    Heard other = new Heard();
    Heard thrower =
        new Heard() {
          @Override
          public void read(List<ConsumerRecord<byte[], byte[]>> records, long next) {
            throw new IllegalStateException("not this one");
          }
        };
    tail.follow(ONE, 9, thrower);
    tail.follow(ONE, 9, other);
    assertThat(thrower.end()).contains("not this one");
    other.hears(9, 10);
    broker().append(ONE, 10, 1);
    other.hears(10, 11);
    assertThat(thrower.ends).isEmpty();
  }

  /** What it was told when that failed is told again. */
  @Test
  void whoThrowsAlsoWhenItIsToldSoIsNotForgotten() throws Exception {
    Heard thrower =
        new Heard() {
          @Override
          public void read(List<ConsumerRecord<byte[], byte[]>> records, long next) {
            if (made.size() == 1) {
              throw new IllegalStateException("not the first time");
            }
            super.read(records, next);
          }

          @Override
          public void broken(String why) {
            throw new IllegalStateException("nor this");
          }
        };
    tail.follow(ONE, 9, thrower);
    thrower.hears(9, 10);
    assertThat(made).hasSize(2);
  }

  @Test
  void afterAnythingFailsItReadsOnWithAnotherConsumer() throws Exception {
    Heard heard = new Heard();
    tail.follow(ONE, 8, heard);
    heard.hears(8, 10);
    Broker first = broker();
    first.setPollException(new KafkaException("not now"));
    Broker second = broker();
    assertThat(first.closed()).isTrue();
    second.append(ONE, 10, 1);
    heard.hears(10, 11);
  }

  @Test
  void whoDoesNotKeepUpIsWaitedFor() throws Exception {
    Heard slow = new Heard();
    Following following = tail.follow(ONE, 10, slow);
    Broker broker = broker();
    long each = Following.bytes(List.of(Broker.record(ONE, 10)));
    int many = (int) (Following.MOST_WAITING / each) + 1;
    broker.append(ONE, 10, many);
    slow.hears(10, 10 + many);
    Heard other = new Heard();
    tail.follow(TWO, 9, other);
    other.hears(9, 10);
    assertThat(broker.paused()).containsExactly(ONE);
    following.worked(2 * each);
    broker.append(ONE, 10 + many, 1);
    slow.hears(10 + many, 11 + many);
  }

  @Test
  void itsConsumerIsLetGoWhileNobodyFollows() throws Exception {
    Heard heard = new Heard();
    Following following = tail.follow(ONE, 9, heard);
    heard.hears(9, 10);
    Broker first = broker();
    following.close();
    Heard next = new Heard();
    tail.follow(ONE, 8, next);
    next.hears(8, 10);
    assertThat(heard.offsets).isEmpty();
    assertThat(first.closed() || made.isEmpty()).isTrue();
  }
}
