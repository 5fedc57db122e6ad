package dev.parley.router.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.router.queue.Delivery;
import dev.parley.router.queue.Message;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final Delivery QUEUED = delivery(OptionalLong.of(5));
  private static final Delivery OVERTAKING = delivery(OptionalLong.empty());

  private EventStream stream = new EventStream(2, Thread.currentThread());

  /** The one that writes is the thread that runs the test, which has one of its own. */
  private void writeHere() {
    stream = new EventStream(2, Thread.currentThread());
  }

  private static Delivery delivery(OptionalLong cursor) {
    return new Delivery(
        cursor,
        new Message.OfTurnClosed(
            new LedgerRecord.TurnClosed(
                new TurnId("d", "dialog", "turn"),
                new Attempt(1, 1),
                TurnStatus.OK,
                "done",
                "",
                Map.of(),
                Map.of())));
  }

  private EventStream.Step next() throws InterruptedException {
    return stream.next(0, TimeUnit.MILLISECONDS);
  }

  @Test
  @DisplayName("What overtakes the queue overtakes what the device has not read yet")
  void overtakes() throws Exception {
    stream.send(QUEUED);
    stream.send(OVERTAKING);

    assertThat(next()).isEqualTo(new EventStream.Step.Write(OVERTAKING));
    assertThat(next()).isEqualTo(new EventStream.Step.Write(QUEUED));
    assertThat(next()).isEqualTo(new EventStream.Step.Heartbeat());
  }

  @Test
  @DisplayName("A device that does not read is cut, and its writer called out of its write")
  void tooSlow() throws Exception {
    writeHere();
    stream.send(QUEUED);
    stream.send(QUEUED);
    stream.send(QUEUED);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(next()).isEqualTo(new EventStream.Step.Finish(Outlet.End.TOO_SLOW));
    stream.send(QUEUED);
    assertThat(stream.leave()).contains(Outlet.End.TOO_SLOW);
  }

  @Test
  @DisplayName("An ended stream writes what it has, then finishes")
  void ended() throws Exception {
    stream.send(QUEUED);
    stream.end(Outlet.End.MOVED);
    stream.end(Outlet.End.STOPPING);

    assertThat(next()).isEqualTo(new EventStream.Step.Write(QUEUED));
    assertThat(next()).isEqualTo(new EventStream.Step.Finish(Outlet.End.MOVED));
  }

  @Test
  @DisplayName("A writer that has left is not interrupted any more")
  void left() {
    writeHere();
    assertThat(stream.leave()).isEmpty();
    stream.abandon();

    assertThat(Thread.interrupted()).isFalse();
  }
}
