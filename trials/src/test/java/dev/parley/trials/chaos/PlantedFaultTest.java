package dev.parley.trials.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.protocol.TurnId;
import dev.parley.trials.chaos.Violation.Kind;
import dev.parley.turnlog.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Parley with a fault, for real: the checker must see what it does. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class PlantedFaultTest {
  /** Of dispatchers, when nobody names another. */
  static final String GROUP = "parley-dispatcher";

  private static final int PARTITIONS = 2;
  private static final ChaosPlan PLAN =
      new ChaosPlan(11, 1, 0, 12, 1, PARTITIONS, 8, 100, "classic", List.of(Fault.KILL));

  @Test
  void aCommitThatPassesOpenTurns(@TempDir Path logs) throws Exception {
    Set<TurnId> passed = new HashSet<>();
    ChaosResult result;
    try (ChaosRun run = new ChaosRun(PLAN, logs, Silence.SILENCE)) {
      result =
          run.run(
              injector -> {
                await("a turn that ends well")
                    .until(() -> HistoryChecker.check(run.soFar(injector)).well() > 0);
                injector.awaitReady();
                DispatcherProcess only = run.fleet().members().getFirst();
                only.kill();
                run.fleet().forget(only);
                commitAll(run.kafka().bootstrap());
                passed.addAll(run.recorder().open());
                run.fleet().start();
              },
              Duration.ofSeconds(12));
    }
    assertThat(passed).hasSizeGreaterThanOrEqualTo(8);
    assertThat(result.isGood()).isFalse();
    assertThat(result.findings().hurt(Kind.NOT_CLOSED)).isPositive();
    assertThat(result.findings().violations())
        .extracting(Violation::kind)
        .contains(Kind.NOT_CLOSED);
    assertThat(passed)
        .as("nobody else is accused")
        .containsAll(
            result.findings().violations().stream()
                .flatMap(violation -> violation.turn().stream())
                .distinct()
                .toList());
    assertThat(result.findings().well()).as("turns before").isPositive();
  }

  /** What no dispatcher would do: commits to the end of speech and ledger, whatever is open. */
  private static void commitAll(String bootstrap) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      await("the group has missed its member")
          .until(() ->
              admin.describeConsumerGroups(List.of(GROUP)).all().get().values().stream()
                  .allMatch(group -> group.groupState() == GroupState.EMPTY));
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (int i = 0; i < PARTITIONS; i++) {
        ends.put(new TopicPartition(Topics.DEFAULT.speech(), i), OffsetSpec.latest());
        ends.put(new TopicPartition(Topics.DEFAULT.ledger(), i), OffsetSpec.latest());
      }
      Map<TopicPartition, Long> ended = new HashMap<>();
      admin
          .listOffsets(ends)
          .all()
          .get()
          .forEach((partition, end) -> ended.put(partition, end.offset()));
      Map<TopicPartition, OffsetAndMetadata> commits =
          new HashMap<>(
              admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get());
      commits.replaceAll((partition, commit) -> {
        TopicPartition ledger = new TopicPartition(Topics.DEFAULT.ledger(), partition.partition());
        // In its metadata: ledger=N,owner=M.
        return new OffsetAndMetadata(
            ended.getOrDefault(partition, 0L),
            commit.metadata().replaceFirst("\\d+", "" + ended.getOrDefault(ledger, 0L)));
      });
      assertThat(commits).hasSize(PARTITIONS);
      admin.alterConsumerGroupOffsets(GROUP, commits).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
