package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One life, led on the test's thread: what is to come of it stands in the mailbox before. */
final class OwnerRunTest {
  private static final TopicPartition PARTITION = new TopicPartition("log", 3);
  private static final OffsetAndMetadata START = new OffsetAndMetadata(7, "metadata");

  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** A batch of two records fills it. */
  private final ReadAhead readAhead = new ReadAhead(700);

  private final List<String> told = new ArrayList<>();
  private final Map<String, Runnable> on = new HashMap<>();
  private final FailedOwners failed = new FailedOwners(PARTITION, new FailureCounts());
  private final Holding holding = new Holding(Thread.currentThread());
  private int changes;

  /** What may be committed, where that is not all that was read. */
  private @Nullable OffsetAndMetadata committable;

  private long tickMillis = TimeUnit.DAYS.toMillis(1);
  private int ticksToBeDone;
  private int ticks;
  private long nanos;

  /** What passes from one look at the clock to the next. */
  private long nanosALook;

  private final HandedPartition partition =
      new HandedPartition(PARTITION, START, readAhead, () -> changes++);
  private final OwnerRun run =
      new OwnerRun(new Tells(), partition, failed, holding, () -> nanos += nanosALook);

  /** Tells all that it is told, but for the ticks, and may commit what it has read. */
  private final class Tells implements PartitionOwner {
    private boolean hasGone;

    private void tell(String what) {
      told.add(what);
      on.getOrDefault(what, () -> {}).run();
    }

    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {
      tell("record " + record.offset());
    }

    @Override
    public void unfit(ConsumerRecord<byte[], byte[]> record) {
      tell("unfit " + record.offset());
    }

    @Override
    public void tick() {
      ticks++;
      on.getOrDefault("tick", () -> {}).run();
      if (hasGone) {
        ticksToBeDone--;
      }
    }

    @Override
    public long tickMillis() {
      return tickMillis;
    }

    @Override
    public Optional<OffsetAndMetadata> committable() {
      return Optional.of(
          committable == null ? new OffsetAndMetadata(partition.position()) : committable);
    }

    @Override
    public void stopping() {
      tell("stopping");
    }

    @Override
    public void revoked() {
      hasGone = true;
      tell("revoked");
    }

    @Override
    public boolean isDone() {
      on.getOrDefault("is it done", () -> {}).run();
      return ticksToBeDone <= 0;
    }

    @Override
    public void close() {
      tell("close");
    }

    @Override
    public void lost() {
      tell("lost");
    }
  }

  private void offer(long... offsets) {
    partition.offer(
        LongStream.of(offsets)
            .mapToObj(offset -> new ConsumerRecord<>("log", 3, offset, new byte[0], new byte[0]))
            .toList());
  }

  private void take(Taken how) {
    holding.end(how);
  }

  private static void fail(String what) {
    throw new IllegalStateException(what);
  }

  @Test
  void recordsAndTasksComeInTheirOrderAndThePositionGoesAlong() throws Exception {
    List<Long> positions = new ArrayList<>();
    on.put("record 8", () -> positions.add(partition.position()));
    offer(7, 8);
    partition.post(() -> told.add("posted"));
    partition.postWhenRoom(() -> told.add("posted when there was room"), 0);
    offer(11);
    partition.post(() -> take(Taken.REVOKED));
    assertThat(run.run()).isEmpty();
    assertThat(told)
        .containsExactly(
            "record 7",
            "record 8",
            "posted",
            "posted when there was room",
            "record 11",
            "revoked",
            "close");
    assertThat(positions).containsExactly(9L);
    assertThat(run.commit().offset()).isEqualTo(12);
  }

  @Test
  void aRecordThatOwnersHaveFailedOnIsNotGivenAsOneAndIsForgottenOnceCommitted() throws Exception {
    failed.add(
        new OwnerFailure.Threw(new IllegalStateException("on 8"), OptionalLong.of(8)),
        Duration.ZERO);
    offer(7, 8, 9);
    partition.post(() -> take(Taken.REVOKED));
    assertThat(run.run()).isEmpty();
    assertThat(told).containsExactly("record 7", "unfit 8", "record 9", "revoked", "close");
    assertThat(failed.isUnfit(8)).isFalse();
  }

  /** It has set the record aside, and is void before Kafka has that. */
  @Test
  void aRecordThatOwnersHaveFailedOnStaysUnfitForTheNextOwner() throws Exception {
    failed.add(
        new OwnerFailure.Threw(new IllegalStateException("on 8"), OptionalLong.of(8)),
        Duration.ZERO);
    committable = new OffsetAndMetadata(8);
    offer(7, 8);
    partition.post(() -> partition.startOver("as the test wants it"));
    assertThat(run.run()).isPresent();
    assertThat(told).containsExactly("record 7", "unfit 8", "lost");
    assertThat(failed.isUnfit(8)).isTrue();
  }

  @Test
  void anOwnerThatThrowsOnARecordNamesIt() throws Exception {
    on.put("record 8", () -> fail("on 8"));
    offer(7, 8, 9);
    assertThat(run.run())
        .hasValueSatisfying(failure -> {
          OwnerFailure.Threw threw = (OwnerFailure.Threw) failure;
          assertThat(threw.cause()).hasMessage("on 8");
          assertThat(threw.record()).isEqualTo(OptionalLong.of(8));
        });
    assertThat(told).containsExactly("record 7", "record 8", "lost");
    assertThat(readAhead.bytes()).isZero();
  }

  @Test
  void noRecordIsToBlameForWhatThrowsLater() throws Exception {
    offer(7);
    partition.post(() -> fail("in a task"));
    assertThat(run.run())
        .hasValueSatisfying(failure ->
            assertThat(((OwnerFailure.Threw) failure).record()).isEqualTo(OptionalLong.empty()));
    assertThat(told).containsExactly("record 7", "lost");
  }

  @Test
  void anOwnerThatFailsOnceMoreWhenItIsGivenUpIsLeftAtThat() throws Exception {
    on.put("record 7", () -> fail("first"));
    on.put("lost", () -> fail("second"));
    offer(7);
    assertThat(run.run())
        .hasValueSatisfying(
            failure -> assertThat(((OwnerFailure.Threw) failure).cause()).hasMessage("first"));
  }

  @Test
  void anOwnerThatIsVoidByItsOwnWordGetsNothingMoreAndItsCommitStands() throws Exception {
    on.put(
        "record 8",
        () -> {
          partition.startOver("the first reason");
          partition.startOver("another");
        });
    offer(7, 8, 9);
    assertThat(run.run()).contains(new OwnerFailure.Said("the first reason"));
    assertThat(told).containsExactly("record 7", "record 8", "lost");
    assertThat(ticks).as("no time passes for one that is void").isZero();
    assertThat(run.commit().offset()).isEqualTo(9);
  }

  @Test
  void nothingOfABatchIsGivenAnyMoreOnceThePartitionIsTakenAway() throws Exception {
    on.put("record 7", () -> take(Taken.REVOKED));
    offer(7, 8);
    assertThat(run.run()).isEmpty();
    assertThat(told).containsExactly("record 7", "revoked", "close");
    assertThat(run.commit().offset()).isEqualTo(8);
  }

  @Test
  void whoStopsIsToldSoBeforeThePartitionGoes() throws Exception {
    partition.post(() -> take(Taken.STOPPING));
    assertThat(run.run()).isEmpty();
    assertThat(told).containsExactly("stopping", "revoked", "close");
  }

  @Test
  void whatIsLostIsNotCommittedAndNotFinished() throws Exception {
    on.put("record 7", () -> take(Taken.LOST));
    partition.post(() -> {});
    offer(7);
    assertThat(run.run()).isEmpty();
    assertThat(told).containsExactly("record 7", "lost");
    assertThat(run.awaitReleased(0)).isTrue();
  }

  @Test
  void tasksThatWaitWhenThePartitionIsTakenAwayAreHeededYetAndRecordsAreNot() throws Exception {
    partition.post(() -> take(Taken.REVOKED));
    offer(7, 8);
    partition.post(() -> told.add("acknowledged"));
    partition.nudge();
    on.put(
        "revoked",
        () -> {
          assertThat(readAhead.bytes()).isZero();
          assertThat(changes).as("others may be read again").isEqualTo(1);
        });
    assertThat(run.run()).isEmpty();
    assertThat(told).containsExactly("acknowledged", "revoked", "close");
  }

  @Test
  void whatWaitsIsHeededForTwentyMillisecondsBeforeThePartitionGoesAndTheRestAfterwards()
      throws Exception {
    ticksToBeDone = 1;
    partition.post(() -> take(Taken.REVOKED));
    partition.post(() -> nanos += 20 * MILLI - 1);
    partition.post(() -> {
      told.add("in time");
      nanos += 1;
    });
    partition.post(() -> told.add("late"));
    assertThat(run.run()).isEmpty();
    assertThat(told).containsExactly("in time", "revoked", "late", "close");
  }

  @Test
  void theLastCommitIsPublishedBeforeWhatIsLeftIsFinished() throws Exception {
    List<Boolean> released = new ArrayList<>();
    on.put("record 7", () -> take(Taken.REVOKED));
    on.put("revoked", () -> released.add(isReleased()));
    on.put("is it done", () -> released.add(isReleased()));
    offer(7);
    assertThat(run.run()).isEmpty();
    assertThat(released).containsExactly(false, true);
  }

  private boolean isReleased() {
    try {
      return run.awaitReleased(0) && run.commit().offset() == 8;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsLeftIsFinishedByTicksAndTasks() throws Exception {
    tickMillis = 1;
    nanosALook = MILLI;
    ticksToBeDone = 3;
    on.put("revoked", () -> partition.post(() -> told.add("finishes")));
    partition.post(() -> take(Taken.REVOKED));
    assertThat(run.run()).isEmpty();
    assertThat(told).containsExactly("revoked", "finishes", "close");
    assertThat(ticksToBeDone).isZero();
  }

  /** Whoever told it so had told it something before. */
  @Test
  void whoIsDoneHasHeededWhatItWasToldBefore() throws Exception {
    on.put(
        "is it done",
        () -> {
          if (!told.contains("last word")) {
            partition.post(() -> told.add("last word"));
          }
        });
    take(Taken.REVOKED);
    run.run();
    assertThat(told).containsExactly("revoked", "last word", "close");
  }

  @Test
  void whoFinishesAndIsVoidOrLostMeanwhileDoesNotGoInGoodOrder() throws Exception {
    ticksToBeDone = Integer.MAX_VALUE;
    on.put(
        "revoked", () -> partition.post(() -> partition.startOver("the ledger can't be written")));
    partition.post(() -> take(Taken.REVOKED));
    assertThat(run.run()).isEmpty();
    assertThat(told).containsExactly("revoked", "lost");
  }

  @Test
  void whoFinishesAndHasLostThePartitionMeanwhileStops() throws Exception {
    ticksToBeDone = Integer.MAX_VALUE;
    on.put("revoked", () -> partition.post(() -> take(Taken.LOST)));
    partition.post(() -> take(Taken.REVOKED));
    assertThat(run.run()).isEmpty();
    assertThat(told).containsExactly("revoked", "lost");
  }

  @Test
  void timePassesAsOftenAsTheOwnerAsksAndNoOftener() throws Exception {
    tickMillis = 10;
    run.step(0);
    assertThat(ticks).as("at first").isEqualTo(1);
    nanos += 10 * MILLI - 1;
    run.step(0);
    assertThat(ticks).isEqualTo(1);
    nanos += 1;
    run.step(0);
    run.step(0);
    assertThat(ticks).isEqualTo(2);
  }

  @Test
  void timePassesAlsoWhileNothingComes() throws Exception {
    tickMillis = 1;
    nanosALook = MILLI;
    on.put(
        "tick",
        () -> {
          if (ticks == 5) {
            take(Taken.LOST);
          }
        });
    assertThat(run.run()).isEmpty();
    assertThat(ticks).isEqualTo(5);
  }

  @Test
  void whatMayBeCommittedIsPublishedFiveTimesASecondWhileTheOwnerWorks() throws Exception {
    assertThat(run.commit()).isEqualTo(START);
    offer(7);
    run.step(0);
    assertThat(run.commit().offset()).as("at once").isEqualTo(8);
    offer(8);
    nanos += 200 * MILLI - 1;
    run.step(0);
    assertThat(run.commit().offset()).isEqualTo(8);
    nanos += 1;
    run.step(0);
    assertThat(run.commit().offset()).isEqualTo(9);
  }

  @Test
  void whoWantedNoMoreThanTwoBatchesSaysSoWhenOneIsTaken() throws Exception {
    offer(7);
    offer(8);
    assertThat(partition.wantsRecords(ReadAhead.Room.ROOMY)).isFalse();
    List<Integer> seen = new ArrayList<>();
    on.put("record 7", () -> seen.add(changes));
    on.put("record 8", () -> seen.add(changes));
    partition.post(() -> take(Taken.LOST));
    assertThat(run.run()).isEmpty();
    assertThat(seen).as("at its start, and when it was room for others").containsExactly(1, 2);
    assertThat(partition.wantsRecords(ReadAhead.Room.ROOMY)).isTrue();
  }

  @Test
  void whatWaitsWhenItIsGivenUpIsDropped() throws Exception {
    on.put("record 7", () -> fail("on 7"));
    offer(7);
    offer(8, 9);
    partition.post(() -> told.add("posted before"));
    assertThat(run.run()).isPresent();
    assertThat(readAhead.bytes()).isZero();
    assertThat(changes).as("others may be read again").isEqualTo(1);
    partition.post(() -> told.add("posted afterwards"));
    assertThat(told).containsExactly("record 7", "lost");
  }

  @Test
  void anInterruptIsTheEndOfTheLifeAndNoFailure() {
    on.put(
        "record 7",
        () -> {
          throw new InterruptException("in a client of Kafka's");
        });
    offer(7);
    assertThatThrownBy(run::run).isInstanceOf(InterruptedException.class);
    assertThat(told).containsExactly("record 7", "lost");
    assertThat(Thread.interrupted()).as("Kafka's exception interrupts whoever makes it").isTrue();
  }

  @Test
  void whoIsInterruptedWhileItWaitsIsLost() {
    on.put("tick", () -> Thread.currentThread().interrupt());
    assertThatThrownBy(run::run).isInstanceOf(InterruptedException.class);
    assertThat(told).containsExactly("lost");
  }
}
