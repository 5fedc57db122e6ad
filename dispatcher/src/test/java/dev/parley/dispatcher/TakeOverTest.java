package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.dispatcher.flow.LedgerView;
import dev.parley.protocol.Attempt;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.Stamp;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.LogReader;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Take-overs of one partition, over Kafka's own mock of a consumer for its ledger. */
class TakeOverTest {
  private static final TopicPartition LEDGER = new TopicPartition("parley.ledger", 0);
  private static final TopicPartition SPEECH = new TopicPartition("parley.speech", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final LogReader reader = new LogReader(consumer, LEDGER);
  private long end;

  /** What rivals write just before the claims of this dispatcher, one for each. */
  private final Deque<LedgerRecord> rivals = new ArrayDeque<>();

  TakeOverTest() {
    consumer.updateBeginningOffsets(Map.of(LEDGER, 0L));
    consumer.updateEndOffsets(Map.of(LEDGER, 0L, SPEECH, 77L));
  }

  private long append(RawRecord raw) {
    ProducerRecord<byte[], byte[]> made = KafkaRecords.toKafka("parley.ledger", 0, raw);
    consumer.addRecord(
        new ConsumerRecord<>(
            "parley.ledger",
            0,
            end,
            1_000,
            TimestampType.LOG_APPEND_TIME,
            -1,
            -1,
            made.key(),
            made.value(),
            new RecordHeaders(made.headers()),
            Optional.empty()));
    consumer.updateEndOffsets(Map.of(LEDGER, end + 1));
    return end++;
  }

  private long append(LedgerRecord record) {
    return append(record.toRaw(Stamp.NONE));
  }

  private static LedgerRecord claim(long number, String dispatcher) {
    return new LedgerRecord.Owner(new Attempt(number, 0), dispatcher);
  }

  private TakeOver.Claimed takeOver() throws Exception {
    return new TakeOver(
            reader,
            SPEECH,
            "me",
            InstantSource.system(),
            record -> {
              if (!rivals.isEmpty()) {
                append(rivals.removeFirst());
              }
              return CompletableFuture.completedFuture(append(record));
            })
        .claim(new LedgerView(0));
  }

  @Test
  void theFirstOwnerHasTheNumberOne() throws Exception {
    TakeOver.Claimed claimed = takeOver();
    assertThat(claimed.owner()).isEqualTo(1);
    assertThat(claimed.speechEnd()).isEqualTo(77);
    assertThat(claimed.view().owner()).isEqualTo(1);
  }

  @Test
  void theNextOneHasTheHighestNumberSeenAndOneMore() throws Exception {
    append(claim(7, "another"));
    append(claim(3, "late"));
    assertThat(takeOver().owner()).isEqualTo(8);
  }

  @Test
  void whoClaimsANumberSecondHasLostItAndTakesTheNext() throws Exception {
    append(claim(7, "another"));
    rivals.add(claim(8, "rival"));
    rivals.add(claim(9, "rival"));
    assertThat(takeOver().owner()).isEqualTo(10);
    assertThat(rivals).isEmpty();
  }

  @Test
  void aNumberBelowOneThatStandsAlreadyIsWorthNothing() throws Exception {
    rivals.add(claim(5, "rival"));
    assertThat(takeOver().owner()).isEqualTo(6);
  }

  @Test
  void aRecordThatCannotBeReadIsPassedOver() throws Exception {
    append(claim(7, "another"));
    append(new RawRecord("", Map.of("v", "99"), new byte[] {1}));
    assertThat(takeOver().owner()).isEqualTo(8);
  }

  @Test
  void aClaimThatCannotBeWrittenIsNone() {
    TakeOver takeOver =
        new TakeOver(
            reader,
            SPEECH,
            "me",
            InstantSource.system(),
            record -> CompletableFuture.failedFuture(new NotEnoughReplicasException("one of two")));
    assertThatThrownBy(() -> takeOver.claim(new LedgerView(0)))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(NotEnoughReplicasException.class);
  }
}
