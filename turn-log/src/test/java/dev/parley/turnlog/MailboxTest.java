package dev.parley.turnlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Patience;
import dev.parley.turnlog.ReadAhead.Room;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private static final long LONG_SECONDS = Patience.LONGEST.toSeconds();

  /** What a record without key and value counts for. */
  private static final long RECORD = 400;

  /** So many small tasks fit. */
  private static final int ROOM_FOR = Mailbox.ROOM / Mailbox.LEAST;

  private final ReadAhead readAhead = new ReadAhead(2 * RECORD);
  private final Mailbox mailbox = new Mailbox(readAhead);

  private static ConsumerRecord<byte[], byte[]> record(int keyBytes, int valueBytes) {
    return new ConsumerRecord<>(
        "log",
        0,
        7,
        0,
        TimestampType.LOG_APPEND_TIME,
        keyBytes,
        valueBytes,
        new byte[Math.max(0, keyBytes)],
        new byte[Math.max(0, valueBytes)],
        new RecordHeaders(),
        Optional.empty());
  }

  private static List<ConsumerRecord<byte[], byte[]>> batch() {
    return List.of(record(0, 0));
  }

  private static void nothing() {}

  private Mailbox.Mail next() throws InterruptedException {
    return mailbox.take(0).orElseThrow();
  }

  @Test
  void whatIsPutInComesOutInItsOrder() throws Exception {
    List<String> ran = new ArrayList<>();
    mailbox.put(() -> ran.add("first"));
    mailbox.put(batch());
    mailbox.putWhenRoom(() -> ran.add("second"), 0);
    mailbox.nudge();
    assertThat(mailbox.size()).isEqualTo(4);
    List<Class<?>> kinds = new ArrayList<>();
    for (Optional<Mailbox.Mail> mail = mailbox.take(0); mail.isPresent(); mail = mailbox.take(0)) {
      kinds.add(mail.get().getClass());
      if (mail.get() instanceof Mailbox.Mail.Task task) {
        task.run().run();
      }
    }
    assertThat(kinds)
        .containsExactly(
            Mailbox.Mail.Task.class,
            Mailbox.Mail.Batch.class,
            Mailbox.Mail.Task.class,
            Mailbox.Mail.Nudge.class);
    assertThat(ran).containsExactly("first", "second");
    assertThat(mailbox.size()).isZero();
  }

  @Test
  void whoTakesWaitsForWhatComes() throws Exception {
    CompletableFuture<Optional<Mailbox.Mail>> taken = new CompletableFuture<>();
    Thread taker =
        Thread.ofVirtual()
            .start(() -> {
              try {
                taken.complete(mailbox.take(TimeUnit.SECONDS.toNanos(LONG_SECONDS)));
              } catch (InterruptedException e) {
                taken.completeExceptionally(e);
              }
            });
    while (taker.getState() != Thread.State.TIMED_WAITING) {
      LockSupport.parkNanos(1_000_000);
    }
    mailbox.nudge();
    assertThat(taken.get(LONG_SECONDS, TimeUnit.SECONDS)).contains(new Mailbox.Mail.Nudge());
    assertThat(mailbox.take(1)).isEmpty();
  }

  @Test
  void ofBatchesThereIsRoomForTwoOrForOneWhenItIsTight() throws Exception {
    assertThat(mailbox.isOpen(Room.TIGHT)).isTrue();
    assertThat(mailbox.isOpen(Room.FULL)).isFalse();
    mailbox.put(batch());
    assertThat(mailbox.isOpen(Room.ROOMY)).isTrue();
    assertThat(mailbox.isOpen(Room.TIGHT)).isFalse();
    mailbox.put(batch());
    assertThat(mailbox.isOpen(Room.ROOMY)).isFalse();
    var _ = next();
    assertThat(mailbox.isOpen(Room.ROOMY)).isTrue();
  }

  @Test
  void aBatchIsReadAheadUntilItIsWorkedOn() throws Exception {
    mailbox.put(List.of(record(3, 50), record(-1, -1)));
    assertThat(readAhead.bytes()).isEqualTo(2 * RECORD + 53);
    Mailbox.Mail.Batch batch = (Mailbox.Mail.Batch) next();
    assertThat(readAhead.room()).isEqualTo(Room.FULL);
    assertThat(mailbox.worked(batch)).as("others may be read again").isTrue();
    assertThat(readAhead.bytes()).isZero();
    ReadAhead roomy = new ReadAhead(10 * RECORD);
    Mailbox other = new Mailbox(roomy);
    other.put(batch());
    Mailbox.Mail.Batch small = (Mailbox.Mail.Batch) other.take(0).orElseThrow();
    assertThat(other.worked(small)).as("they were all the time").isFalse();
  }

  @Test
  void whoCanWaitDoesSoUntilOneOfTheirsIsTaken() throws Exception {
    mailbox.put(MailboxTest::nothing);
    for (int n = 0; n < ROOM_FOR; n++) {
      mailbox.putWhenRoom(MailboxTest::nothing, 0);
    }
    Thread waits = putsWhenThereIsRoom();
    awaitThatWaits(waits);
    var _ = next();
    assertThat(waits.join(Duration.ofMillis(20))).as("that was no one of theirs").isFalse();
    var _ = next();
    assertThat(waits.join(Duration.ofSeconds(LONG_SECONDS))).isTrue();
    assertThat(mailbox.size()).isEqualTo(ROOM_FOR);
  }

  /** However large, it fits when it is alone, and nothing else does then. */
  @Test
  void whatIsLargeTakesTheRoomOfMany() throws Exception {
    mailbox.putWhenRoom(MailboxTest::nothing, 100 * Mailbox.ROOM);
    Thread waits = putsWhenThereIsRoom();
    awaitThatWaits(waits);
    var _ = next();
    assertThat(waits.join(Duration.ofSeconds(LONG_SECONDS))).isTrue();
    mailbox.putWhenRoom(MailboxTest::nothing, Mailbox.ROOM - 3 * Mailbox.LEAST);
    mailbox.putWhenRoom(MailboxTest::nothing, 0);
    waits = putsWhenThereIsRoom();
    awaitThatWaits(waits);
    var _ = next();
    assertThat(waits.join(Duration.ofSeconds(LONG_SECONDS))).isTrue();
  }

  private static void awaitThatWaits(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private Thread putsWhenThereIsRoom() {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            mailbox.putWhenRoom(MailboxTest::nothing, 0);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @Test
  void whatWaitsWhenItIsClosedIsDroppedAndNobodyIsKeptWaiting() throws Exception {
    for (int n = 0; n < ROOM_FOR; n++) {
      mailbox.putWhenRoom(MailboxTest::nothing, 0);
    }
    Thread waits = putsWhenThereIsRoom();
    mailbox.put(batch());
    mailbox.put(batch());
    awaitThatWaits(waits);
    assertThat(mailbox.close()).as("others may be read again").isTrue();
    assertThat(waits.join(Duration.ofSeconds(LONG_SECONDS))).isTrue();
    assertThat(readAhead.bytes()).isZero();
  }

  @Test
  void nothingIsKeptByOneThatIsClosed() throws Exception {
    assertThat(mailbox.close()).as("they were read all the time").isFalse();
    mailbox.put(MailboxTest::nothing);
    mailbox.put(batch());
    mailbox.putWhenRoom(MailboxTest::nothing, 0);
    assertThat(mailbox.take(0)).isEmpty();
    assertThat(readAhead.bytes()).isZero();
  }
}
