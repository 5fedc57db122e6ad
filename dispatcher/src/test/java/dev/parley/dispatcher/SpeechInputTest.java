package dev.parley.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.flow.Input;
import dev.parley.dispatcher.flow.RecordReason.Aside;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Ending.Known;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class SpeechInputTest {
  private static final int PARTITIONS = 12;
  private static final TurnId TURN = new TurnId("kitchen", "dialog-1", "message-1");
  private static final int HOME = DevicePartition.of("kitchen", PARTITIONS);

  private final SpeechInput input = new SpeechInput(PARTITIONS, () -> Instant.ofEpochMilli(1_250));

  private static RawRecord begin() {
    return new SpeechRecord.Begin(TURN, "source-1", "{}".getBytes(UTF_8)).toRaw();
  }

  private static RawRecord with(RawRecord raw, String header, String value) {
    Map<String, String> headers = new HashMap<>(raw.headers());
    headers.put(header, value);
    return new RawRecord(raw.key(), headers, raw.value());
  }

  private static ConsumerRecord<byte[], byte[]> in(int partition, RawRecord raw) {
    ProducerRecord<byte[], byte[]> made = KafkaRecords.toKafka("parley.speech", partition, raw);
    return new ConsumerRecord<>(
        "parley.speech",
        partition,
        42,
        1_000,
        TimestampType.LOG_APPEND_TIME,
        -1,
        -1,
        made.key(),
        made.value(),
        new RecordHeaders(made.headers()),
        Optional.empty());
  }

  private Input.Unreadable unreadable(RawRecord raw) {
    return (Input.Unreadable) input.read(in(HOME, raw));
  }

  @Test
  void aRecordOfTheLayoutIsSpeech() {
    assertThat(input.read(in(HOME, begin())))
        .isInstanceOfSatisfying(
            Input.Speech.class,
            speech -> {
              assertThat(speech.offset()).isEqualTo(42);
              assertThat(speech.appendedMillis()).isEqualTo(1_000);
              assertThat(speech.ageMillis()).isEqualTo(250);
              assertThat(speech.record().turn()).isEqualTo(TURN);
            });
  }

  @Test
  void anUnreadableBeginNamesItsTurnSoThatTheDeviceIsRefused() {
    Input.Unreadable read = unreadable(with(begin(), "seq", "1e9999999999"));
    assertThat(read.reason()).isEqualTo(Aside.UNREADABLE);
    assertThat(read.of()).contains(new Input.Unreadable.Of(TURN, true, 1_000, Known.BAD_METADATA));
  }

  @Test
  void anUnreadableRecordInTheMiddleIsAGap() {
    RawRecord end = new SpeechRecord.End(TURN, "source-1", 3).toRaw();
    assertThat(unreadable(with(end, "seq", "many")).of())
        .contains(new Input.Unreadable.Of(TURN, false, 1_000, Known.GAP));
  }

  @Test
  void aRecordThatNamesNoTurnIsNobodys() {
    assertThat(unreadable(with(begin(), "device", "")).of()).isEmpty();
    assertThat(unreadable(new RawRecord("", Map.of(), new byte[0])).of()).isEmpty();
  }

  @Test
  void aRecordInAForeignPartitionIsMisroutedAndNobodysHereAlsoWhenItCannotBeRead() {
    int elsewhere = (HOME + 1) % PARTITIONS;
    for (RawRecord raw : new RawRecord[] {begin(), with(begin(), "seq", "none")}) {
      assertThat(input.read(in(elsewhere, raw)))
          .isInstanceOfSatisfying(
              Input.Unreadable.class,
              read -> {
                assertThat(read.reason()).isEqualTo(Aside.MISROUTED);
                assertThat(read.of()).isEmpty();
              });
    }
  }

  @Test
  void aRecordThatADispatcherHasFailedOnIsInternal() {
    assertThat(input.unfit(in(HOME, begin())))
        .isEqualTo(
            new Input.Unreadable(
                42,
                Aside.INTERNAL,
                "",
                Optional.of(new Input.Unreadable.Of(TURN, true, 1_000, Known.INTERNAL))));
  }
}
