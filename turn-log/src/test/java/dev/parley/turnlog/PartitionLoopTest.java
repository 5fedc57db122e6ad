package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.parley.testing.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The poll thread and the workers of its partitions, over Kafka's own mock of a consumer. */
class PartitionLoopTest {
  private static final TopicPartition PARTITION = new TopicPartition("log", 0);
  private static final TopicPartition NEIGHBOUR = new TopicPartition("log", 1);
  private static final Duration LONG = Patience.LONGEST;
  private static final long START = 7;

  /** More than anything but a large record. */
  private static final int READ_AHEAD = 10_000;

  /** So many small tasks are let in. */
  private static final int ROOM_FOR = Mailbox.ROOM / Mailbox.LEAST;

  private final AtomicInteger silent = new AtomicInteger();
  private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> appended =
      new ConcurrentHashMap<>();

  private final Map<TopicPartition, OffsetAndMetadata> committed = new ConcurrentHashMap<>();

  private final AtomicInteger wakeUps = new AtomicInteger();
  private volatile Runnable onLastCommit = () -> {};
  private volatile Runnable onClose = () -> {};

  /** Those that are made when partitions are given away. */
  private final List<String> lastCommits = new CopyOnWriteArrayList<>();

  /** How long each of them might take. */
  private final List<Duration> lastWithin = new CopyOnWriteArrayList<>();

  private volatile @Nullable ConsumerRebalanceListener group;

  /** Kafka's own, but that it forgets no record that it has given out. */
  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
          super.seek(partition, offset);
          appended.getOrDefault(partition, List.of()).forEach(this::addRecord);
        }

        @Override
        public synchronized void subscribe(
            Collection<String> topics, ConsumerRebalanceListener listener) {
          group = listener;
          super.subscribe(topics, listener);
        }

        @Override
        public synchronized void commitSync(
            Map<TopicPartition, OffsetAndMetadata> offsets, Duration within) {
          offsets.forEach(
              (partition, offset) -> lastCommits.add(partition + "@" + offset.offset()));
          lastWithin.add(within);
          onLastCommit.run();
          super.commitSync(offsets, within);
        }

        @Override
        public void close(CloseOptions options) {
          super.close(options);
          onClose.run();
        }

        @Override
        public synchronized void wakeup() {
          wakeUps.incrementAndGet();
          super.wakeup();
        }

        @Override
        public synchronized void commitAsync(
            Map<TopicPartition, OffsetAndMetadata> offsets,
            @Nullable OffsetCommitCallback callback) {
          committed.putAll(offsets);
          super.commitAsync(offsets, callback);
        }
      };

  /** All that owners have told; the order of what two partitions tell is chance. */
  private final List<String> done = new CopyOnWriteArrayList<>();

  /** How much of {@link #done} was looked at, for each partition. */
  private final Map<Character, Integer> seen = new ConcurrentHashMap<>();

  /** What an owner does with a record, but for telling of it. */
  private final Map<Long, Runnable> onRecord = new ConcurrentHashMap<>();

  private volatile Runnable onTick = () -> {};
  private volatile Runnable onOwn = () -> {};
  private volatile boolean drains = true;

  /** What is done before Kafka says where a partition was left. */
  private volatile OnOffset onOffset = partition -> {};

  private interface OnOffset {
    void ask(TopicPartition partition) throws InterruptedException;
  }

  private final List<Reads> owners = new ArrayList<>();
  private final PartitionLoop loop =
      PartitionLoop.start(
          "log",
          "log",
          consumer,
          this::committed,
          LONG,
          READ_AHEAD,
          Duration.ofMillis(5),
          this::own);

  private OffsetAndMetadata committed(TopicPartition partition)
      throws InterruptedException, TimeoutException {
    onOffset.ask(partition);
    if (silent.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new TimeoutException("no answer");
    }
    return new OffsetAndMetadata(START);
  }

  private PartitionOwner own(OwnedPartition partition) {
    onOwn.run();
    Reads owner = new Reads(partition);
    synchronized (owners) {
      owners.add(owner);
    }
    return owner;
  }

  private Reads lastOwner() {
    synchronized (owners) {
      return owners.getLast();
    }
  }

  /** Tells what it reads, and may commit it. */
  private final class Reads implements PartitionOwner {
    private final OwnedPartition partition;

    Reads(OwnedPartition partition) {
      this.partition = partition;
    }

    private void tell(String what) {
      done.add(partition.id().partition() + " " + what);
    }

    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {
      if (partition.id().equals(PARTITION)) {
        onRecord.getOrDefault(record.offset(), () -> {}).run();
      }
      tell("read " + record.offset());
    }

    @Override
    public void unfit(ConsumerRecord<byte[], byte[]> record) {
      tell("set aside " + record.offset());
    }

    @Override
    public void tick() {
      if (partition.id().equals(PARTITION)) {
        onTick.run();
      }
    }

    @Override
    public long tickMillis() {
      return 1;
    }

    @Override
    public Optional<OffsetAndMetadata> committable() {
      return Optional.of(new OffsetAndMetadata(partition.position()));
    }

    @Override
    public void revoked() {
      tell("revoked");
    }

    @Override
    public boolean isDone() {
      return drains;
    }

    @Override
    public void close() {
      tell("closed");
    }

    @Override
    public void lost() {
      tell("lost");
    }
  }

  /** What the log is told as an error. */
  private final List<String> errors = new CopyOnWriteArrayList<>();

  private final Logger logger =
      (Logger) LoggerFactory.getLogger(PartitionLoop.class.getPackageName());

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel() == Level.ERROR) {
            errors.add(event.getFormattedMessage());
          }
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void close() {
    drains = true;
    loop.close(LONG);
    logger.detachAppender(appender);
  }

  private void assign(TopicPartition... partitions) {
    consumer.schedulePollTask(() -> {
      for (TopicPartition partition : partitions) {
        consumer.updateBeginningOffsets(Map.of(partition, START));
        consumer.updateEndOffsets(Map.of(partition, START));
      }
      consumer.rebalance(List.of(partitions));
    });
  }

  private void append(TopicPartition partition, long... offsets) {
    append(partition, offsets, 0);
  }

  private void appendLarge(TopicPartition partition, long... offsets) {
    append(partition, offsets, READ_AHEAD);
  }

  private void append(TopicPartition partition, long[] offsets, int size) {
    consumer.schedulePollTask(() -> add(partition, offsets, size));
  }

  /** In a poll. */
  private void add(TopicPartition partition, long[] offsets, int size) {
    for (long offset : offsets) {
      ConsumerRecord<byte[], byte[]> record =
          new ConsumerRecord<>(
              "log",
              partition.partition(),
              offset,
              0,
              TimestampType.LOG_APPEND_TIME,
              0,
              size,
              new byte[0],
              new byte[size],
              new RecordHeaders(),
              Optional.empty());
      appended.computeIfAbsent(partition, p -> new CopyOnWriteArrayList<>()).add(record);
      consumer.addRecord(record);
    }
  }

  /**
   * All of this is done after what was asked for last of the same partition: what one partition
   * does in this order, with other things between.
   */
  private void assertDone(String... wanted) {
    for (String next : wanted) {
      char partition = next.charAt(0);
      await(
          next,
          () -> {
            int from = seen.getOrDefault(partition, 0);
            // A view of a list that grows meanwhile would throw.
            List<String> now = List.copyOf(done);
            int at = now.subList(from, now.size()).indexOf(next);
            boolean isDone = at >= 0;
            if (isDone) {
              seen.put(partition, from + at + 1);
            }
            return isDone;
          });
    }
  }

  private void awaitTrouble(Predicate<Optional<Trouble>> wanted) {
    await("trouble", () -> wanted.test(loop.trouble()));
  }

  private void await(String what, BooleanSupplier wanted) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!wanted.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as("%s; trouble %s, done %s", what, loop.trouble(), done)
          .isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private long committed() {
    OffsetAndMetadata last = committed.get(PARTITION);
    return last == null ? 0 : last.offset();
  }

  private static void fail() {
    throw new IllegalStateException("the owner fails");
  }

  @Test
  void withoutPartitionsItWaits() {
    assertThat(loop.trouble()).contains(new Trouble.Waiting("no partition of log assigned yet"));
  }

  @Test
  void aKafkaThatIsSlowToSayWhereAPartitionWasLeftIsAskedAgain() throws Exception {
    silent.set(3);
    assign(PARTITION);
    append(PARTITION, 7);
    assertDone("0 read 7");
    assertThat(silent).hasValue(0);
    assertThat(loop.assignment()).containsExactly(PARTITION);
    awaitTrouble(Optional::isEmpty);
  }

  @Test
  void aPollThatBreaksEndsTheLoopAndItsOwnersAreLost() throws Exception {
    assign(PARTITION);
    append(PARTITION, 7);
    assertDone("0 read 7");
    IllegalStateException cause = new IllegalStateException("the consumer is broken");
    consumer.schedulePollTask(() -> {
      throw cause;
    });
    assertThat(loop.awaitEnd()).contains(cause);
    assertThat(loop.trouble()).contains(new Trouble.Dead("the poll thread has ended: " + cause));
    assertDone("0 lost");
    assertThat(consumer.closed()).isTrue();
    assertThat(loop.assignment()).isEmpty();
    assertThat(loop.states()).isEmpty();
    assertThat(lastCommits).as("it may be another's").isEmpty();
    assertThat(done).doesNotContain("0 revoked");
  }

  @Test
  void whateverAConsumerThrowsWhenItIsClosedTheLoopEnds() throws Exception {
    onClose = PartitionLoopTest::fail;
    assign(PARTITION);
    append(PARTITION, 7);
    assertDone("0 read 7");
    Thread closing = Thread.ofVirtual().start(() -> loop.close(LONG));
    assertThat(closing.join(LONG)).isTrue();
    assertThat(loop.awaitEnd()).isEmpty();
    assertDone("0 revoked", "0 closed");
  }

  @Test
  void aKafkaThatRefusesThisProcessIsAskedAgain() {
    assign(PARTITION);
    awaitTrouble(Optional::isEmpty);
    consumer.setPollException(new SaslAuthenticationException("wrong password"));
    awaitTrouble(trouble -> trouble.toString().contains("wrong password"));
    assertThat(loop.trouble().orElseThrow()).isInstanceOf(Trouble.Waiting.class);
    awaitTrouble(Optional::isEmpty);
  }

  @Test
  void anOwnerThatFailsOnARecordCostsThatRecordOnly() throws Exception {
    onRecord.put(8L, PartitionLoopTest::fail);
    assign(PARTITION, NEIGHBOUR);
    append(NEIGHBOUR, 7);
    append(PARTITION, 7, 8, 9);
    assertDone("0 read 7", "0 lost", "0 set aside 8", "0 read 9");
    append(NEIGHBOUR, 8);
    assertDone("1 read 8");
    assertThat(loop.failures().records()).isEqualTo(1);
    assertThat(loop.failures().owners()).isZero();
    assertThat(errors)
        .containsExactly(
            "log-0@8 is set aside, its owner failed on it: java.lang.IllegalStateException: the owner fails");
    awaitTrouble(Optional::isEmpty);
    assertThat(loop.parked()).isZero();
  }

  @Test
  void anOwnerThatFailsWithoutARecordIsFollowedByAnother() throws Exception {
    AtomicInteger failures = new AtomicInteger(1);
    onTick =
        () -> {
          if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            fail();
          }
        };
    assign(PARTITION);
    assertDone("0 lost");
    append(PARTITION, 7);
    assertDone("0 read 7");
    assertThat(loop.failures().owners()).isEqualTo(1);
    assertThat(loop.failures().records()).isZero();
    assertThat(errors)
        .containsExactly(
            "log-0: its owner has failed, another takes over: java.lang.IllegalStateException: the owner fails");
    awaitTrouble(Optional::isEmpty);
    assertThat(loop.parked()).isZero();
  }

  @Test
  void aPartitionWhoseOwnersKeepFailingIsParkedAndItsNeighbourGoesOn() throws Exception {
    onTick = PartitionLoopTest::fail;
    assign(PARTITION, NEIGHBOUR);
    awaitTrouble(trouble ->
        trouble
            .toString()
            .contains("partition 0 of log is parked until this process is restarted"));
    assertThat(loop.trouble().orElseThrow()).isInstanceOf(Trouble.Waiting.class);
    assertThat(loop.parked()).isEqualTo(1);
    assertThat(loop.failures().owners()).isEqualTo(Strikes.OWNERS);
    assertThat(loop.failures().records()).isZero();
    await("a line for each, and the last", () -> errors.size() > Strikes.OWNERS);
    assertThat(errors)
        .hasSize(Strikes.OWNERS + 1)
        .last()
        .isEqualTo(
            "partition 0 of log is parked until this process is restarted: its owners have failed too often, the last one by java.lang.IllegalStateException: the owner fails");
    append(NEIGHBOUR, 7);
    assertDone("1 read 7");
    assertThat(loop.parked()).isEqualTo(1);
  }

  @Test
  void aTakeOverThatFailsUnexpectedlyCostsThatPartitionOnly() throws Exception {
    onOwn = PartitionLoopTest::fail;
    assign(PARTITION);
    awaitTrouble(trouble -> trouble.toString().contains("partition 0 of log is parked"));
    onOwn = () -> {};
    assign(PARTITION, NEIGHBOUR);
    append(NEIGHBOUR, 7);
    assertDone("1 read 7");
  }

  @Test
  void anOwnerThatIsVoidByItsOwnWordIsFollowedByOneThatBeginsAtTheCommit() throws Exception {
    assign(PARTITION);
    append(PARTITION, 7, 8);
    assertDone("0 read 8");
    Reads first = lastOwner();
    first.partition.post(() -> first.partition.startOver("another has claimed it"));
    assertDone("0 lost");
    append(PARTITION, 9);
    assertDone("0 read 9");
    assertThat(lastOwner().partition.committed().offset()).isEqualTo(9);
    assertThat(loop.failures().startOvers()).isEqualTo(1);
  }

  @Test
  void whatIsReadForAnOwnerThatHasJustEndedIsTheNextOnes() throws Exception {
    assign(PARTITION);
    append(PARTITION, 7);
    assertDone("0 read 7");
    Reads first = lastOwner();
    consumer.schedulePollTask(() -> {
      first.partition.post(() -> first.partition.startOver("another has claimed it"));
      assertDone("0 lost");
      add(PARTITION, new long[] {8}, 0);
    });
    assertDone("0 read 8");
    append(PARTITION, 9);
    assertDone("0 read 9");
    assertThat(done).containsOnlyOnce("0 read 8", "0 read 9");
  }

  @Test
  void whatAVoidOwnerHasPostedIsDropped() throws Exception {
    assign(PARTITION);
    append(PARTITION, 7);
    assertDone("0 read 7");
    Reads first = lastOwner();
    first.partition.post(() -> {
      first.partition.startOver("void");
      first.partition.post(() -> first.tell("posted before its end"));
    });
    assertDone("0 lost");
    first.partition.post(() -> first.tell("posted after its end"));
    append(PARTITION, 8);
    assertDone("0 read 8");
    assertThat(done).noneMatch(what -> what.contains("posted"));
  }

  @Test
  void aRevokedPartitionIsCommittedAndFinishesWhatItHas() throws Exception {
    drains = false;
    assign(PARTITION);
    append(PARTITION, 7, 8);
    assertDone("0 read 8");
    Reads leaver = lastOwner();
    assign();
    assertDone("0 revoked");
    await("the commit", () -> committed() == 9);
    await("the leaver", () -> loop.leaving() == 1);
    leaver.partition.post(() -> leaver.tell("finishes"));
    assertDone("0 finishes");
    drains = true;
    assertDone("0 closed");
    await("its end", () -> loop.leaving() == 0);
  }

  @Test
  void whatIsRevokedIsCommittedAtOnceAndWhatIsLostIsNot() throws Exception {
    assign(PARTITION, NEIGHBOUR);
    append(PARTITION, 7, 8);
    append(NEIGHBOUR, 7);
    assertDone("0 read 8");
    assertDone("1 read 7");
    ConsumerRebalanceListener told = Objects.requireNonNull(group);
    consumer.schedulePollTask(() -> told.onPartitionsLost(List.of(PARTITION)));
    assertDone("0 lost");
    consumer.schedulePollTask(() -> told.onPartitionsRevoked(List.of(NEIGHBOUR)));
    assertDone("1 revoked");
    await("the last commit", () -> !lastCommits.isEmpty());
    assertThat(lastCommits).containsExactly("log-1@8");
  }

  @Test
  void nobodyWakesThePollThreadWhileItCommits() throws Exception {
    assign(PARTITION, NEIGHBOUR);
    append(NEIGHBOUR, 7);
    assertDone("1 read 7");
    await("an owner", () -> loop.states().stream().allMatch(s -> s.committable().isPresent()));
    AtomicInteger during = new AtomicInteger(-1);
    Reads owner = lastOwner();
    onLastCommit =
        () -> {
          int before = wakeUps.get();
          owner.partition.pause();
          owner.partition.resume();
          during.compareAndSet(-1, wakeUps.get() - before);
        };
    assign(NEIGHBOUR);
    await("the last commit", () -> during.get() >= 0);
    assertThat(during).hasValue(0);
  }

  @Test
  void aWorkerThatIsStuckHoldsUpNobodyWhoTakesItsPartitionAway() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    onRecord.put(8L, () -> awaitQuietly(stuck));
    assign(PARTITION, NEIGHBOUR);
    append(PARTITION, 7);
    assertDone("0 read 7");
    append(PARTITION, 8);
    append(NEIGHBOUR, 7);
    assertDone("1 read 7");
    assign(NEIGHBOUR);
    append(NEIGHBOUR, 8);
    assertDone("1 read 8");
    // Committed is what it had said before.
    await("the commit", () -> committed() > 0);
    assertThat(committed()).isLessThanOrEqualTo(8);
    stuck.countDown();
    assertDone("0 revoked");
  }

  /** Half of it is for the worker, which is stuck: no commit may have more than the other half. */
  @Test
  void aRevocationMayTakeEightyMillisecondsAllInAll() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch stuck = new CountDownLatch(1);
    onRecord.put(
        7L,
        () -> {
          reached.countDown();
          awaitQuietly(stuck);
        });
    AtomicInteger lateWakeUps = new AtomicInteger(1);
    onLastCommit =
        () -> {
          if (lateWakeUps.getAndDecrement() > 0) {
            throw new WakeupException();
          }
        };
    assign(PARTITION);
    append(PARTITION, 7);
    reached.await();
    assign();
    await("both tries", () -> lastWithin.size() == 2);
    stuck.countDown();
    assertDone("0 revoked");
    assertThat(lastWithin).allMatch(within -> within.compareTo(Duration.ofMillis(40)) <= 0);
    assertThat(lastWithin.getLast()).isLessThanOrEqualTo(lastWithin.getFirst());
  }

  @Test
  void eightPartitionsAreTakenOverAtATimeAndThoseThatAreOwnedAreReadMeanwhile() throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    onOffset =
        partition -> {
          if (partition.partition() >= 10) {
            inside.incrementAndGet();
            answers.await();
          }
        };
    List<TopicPartition> ten =
        IntStream.range(10, 20).mapToObj(number -> new TopicPartition("log", number)).toList();
    assign(NEIGHBOUR);
    append(NEIGHBOUR, 7);
    assertDone("1 read 7");
    assign(Stream.concat(Stream.of(NEIGHBOUR), ten.stream()).toArray(TopicPartition[]::new));
    await("eight that ask", () -> inside.get() >= 8);
    for (long offset = 8; offset < 12; offset++) {
      append(NEIGHBOUR, offset);
      assertDone("1 read " + offset);
    }
    assertThat(inside).hasValue(8);
    answers.countDown();
    await("the other two", () -> inside.get() == 10);
    await(
        "owners",
        () ->
            loop.states().size() == 11
                && loop.states().stream().allMatch(s -> s.committable().isPresent()));
  }

  @Test
  void aWorkerThatCannotKeepUpIsNotReadFor() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    onRecord.put(8L, () -> awaitQuietly(stuck));
    assign(PARTITION);
    append(PARTITION, 7);
    assertDone("0 read 7");
    // One batch is worked on, two wait; a batch may be of more than one record.
    AtomicLong last = new AtomicLong(7);
    await(
        "a pause",
        () -> {
          boolean isPaused = consumer.paused().contains(PARTITION);
          if (!isPaused) {
            append(PARTITION, last.incrementAndGet());
          }
          return isPaused;
        });
    assertThat(loop.readAheadBytes()).as("not for want of room").isLessThan(READ_AHEAD / 2);
    stuck.countDown();
    assertDone("0 read " + last);
    await("its end", () -> !consumer.paused().contains(PARTITION));
  }

  @Test
  void whenMuchWaitsForOneWorkerNothingIsReadForOthersUntilItIsWorkedOn() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    onRecord.put(8L, () -> awaitQuietly(stuck));
    assign(PARTITION, NEIGHBOUR);
    append(PARTITION, 7);
    append(NEIGHBOUR, 7);
    assertDone("0 read 7");
    assertDone("1 read 7");
    appendLarge(PARTITION, 8);
    await("a pause", () -> consumer.paused().contains(NEIGHBOUR));
    assertThat(loop.readAheadBytes()).isGreaterThanOrEqualTo(READ_AHEAD);
    stuck.countDown();
    append(NEIGHBOUR, 8);
    assertDone("1 read 8");
    assertThat(consumer.paused()).isEmpty();
    await("nothing that waits", () -> loop.readAheadBytes() == 0);
  }

  @Test
  void aWorkerThatIsBehindHoldsUpNoNeighbour() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    onRecord.put(8L, () -> awaitQuietly(stuck));
    assign(PARTITION, NEIGHBOUR);
    append(PARTITION, 7);
    assertDone("0 read 7");
    append(PARTITION, new long[] {8}, READ_AHEAD * 3 / 5);
    await("much that waits", () -> loop.readAheadBytes() >= READ_AHEAD * 3 / 5);
    append(PARTITION, 9);
    await("a pause", () -> consumer.paused().contains(PARTITION));
    for (long offset = 7; offset < 12; offset++) {
      append(NEIGHBOUR, offset);
      assertDone("1 read " + offset);
    }
    await("only it is paused", () -> consumer.paused().equals(Set.of(PARTITION)));
    stuck.countDown();
    assertDone("0 read 9");
    await("its end", () -> consumer.paused().isEmpty());
  }

  @Test
  void whatWaitedForAWorkerWhosePartitionIsTakenAwayIsRoomForOthers() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    onRecord.put(7L, () -> awaitQuietly(stuck));
    assign(PARTITION, NEIGHBOUR);
    append(PARTITION, 7);
    appendLarge(PARTITION, 8);
    await("a pause", () -> consumer.paused().contains(NEIGHBOUR));
    assign(NEIGHBOUR);
    stuck.countDown();
    append(NEIGHBOUR, 7);
    assertDone("1 read 7");
    assertThat(loop.readAheadBytes()).isZero();
  }

  @Test
  void whoPostsWhenThereIsRoomWaitsForIt() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    onRecord.put(7L, () -> awaitQuietly(stuck));
    assign(PARTITION);
    append(PARTITION, 7);
    await("an owner", () -> loop.states().stream().anyMatch(s -> s.committable().isPresent()));
    Reads owner = lastOwner();
    AtomicInteger accepted = new AtomicInteger();
    CompletableFuture<Void> posted =
        CompletableFuture.runAsync(() -> {
          for (int n = 0; n < 10 * ROOM_FOR; n++) {
            postWhenRoom(owner);
            accepted.incrementAndGet();
          }
        });
    await("a full mailbox", () -> accepted.get() == ROOM_FOR);
    assertThat(posted).isNotDone();
    stuck.countDown();
    posted.get(LONG.toSeconds(), TimeUnit.SECONDS);
    assertDone("0 posted");
  }

  private static void postWhenRoom(Reads owner) {
    try {
      owner.partition.postWhenRoom(() -> owner.tell("posted"), 0);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
