package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class KafkaWatchTest {
  private static final int PARTITIONS = 4;

  /** What it has found before each of its looks, and last. */
  private final List<Optional<Trouble>> troubles = Collections.synchronizedList(new ArrayList<>());

  private final AtomicReference<KafkaWatch> watch = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Looks as often as there are answers, and once more. */
  private void look(KafkaWatch.Question... answers) throws InterruptedException {
    AtomicInteger looks = new AtomicInteger();
    CountDownLatch last = new CountDownLatch(answers.length + 1);
    CountDownLatch known = new CountDownLatch(1);
    watch.set(
        KafkaWatch.start(
            within -> {
              awaitQuietly(known);
              troubles.add(watch.get().trouble());
              int look = looks.getAndIncrement();
              last.countDown();
              return look < answers.length ? answers[look].partitions(within) : PARTITIONS;
            },
            ended::countDown,
            PARTITIONS,
            Duration.ofMillis(1)));
    known.countDown();
    assertThat(last.await(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS))
        .as("looks: %s", looks)
        .isTrue();
    watch.get().close();
    assertThat(ended.await(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatKafkaSaysIsToldUntilItSaysOtherwise() throws Exception {
    look(
        within -> PARTITIONS + 1,
        within -> {
          throw StartException.waiting("nobody answers", null);
        },
        within -> PARTITIONS);
    assertThat(troubles.get(0)).isEmpty();
    assertThat(troubles.get(1).orElseThrow().why()).contains("have 5 partitions now and had 4");
    assertThat(troubles.get(2).orElseThrow().why()).contains("nobody answers");
    assertThat(troubles.get(3)).isEmpty();
  }

  @Test
  void whateverALookThrowsTheNextIsTaken() throws Exception {
    look(
        within -> {
          throw new IllegalStateException("broken");
        },
        within -> {
          throw new NoClassDefFoundError("missing");
        },
        within -> PARTITIONS);
    assertThat(troubles.get(1).orElseThrow().why()).contains("broken");
    assertThat(troubles.get(2).orElseThrow().why()).contains("missing");
    assertThat(troubles.get(3)).isEmpty();
  }
}
