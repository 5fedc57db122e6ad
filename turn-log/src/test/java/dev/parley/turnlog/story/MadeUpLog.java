package dev.parley.turnlog.story;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.protocol.Attempt;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.Channel;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.LedgerSequence;
import dev.parley.protocol.record.RawRecord;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.protocol.record.UploadEnd;
import dev.parley.turnlog.KafkaRecords;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;

/** Records of one partition made by hand, given to its stories as they are made. */
final class MadeUpLog {
  static final TurnId TURN = new TurnId("kitchen", "dialog-1", "message-1");
  static final long START = 1_000_000;
  private final LedgerSequence sequence = new LedgerSequence();
  private static final String SPEECH = "parley.speech";
  private static final String LEDGER = "parley.ledger";

  final PartitionStories stories;
  private long speechOffset;
  private long ledgerOffset;
  private long now = START;

  MadeUpLog(String sought) {
    this.stories = new PartitionStories(Sought.parse(sought), 3);
  }

  MadeUpLog later(long millis) {
    now += millis;
    return this;
  }

  MadeUpLog begin(TurnId turn) {
    String metadata =
        """
        {"context":[],"event":{"header":{"namespace":"SpeechRecognizer","name":"Recognize",\
        "messageId":"%s","dialogRequestId":"%s"},"payload":{"secret":"lang"}}}\
        """
            .formatted(turn.message(), turn.dialog());
    return speech(new SpeechRecord.Begin(turn, "src", metadata.getBytes(UTF_8)));
  }

  MadeUpLog chunk(TurnId turn, int seq) {
    return speech(new SpeechRecord.Audio(turn, "src", seq, new byte[6_400]));
  }

  MadeUpLog speech(SpeechRecord record) {
    return speech(record.toRaw());
  }

  MadeUpLog speech(RawRecord raw) {
    stories.speech(record(SPEECH, speechOffset++, raw));
    return this;
  }

  MadeUpLog claim(long owner) {
    return ledger(new LedgerRecord.Owner(new Attempt(owner, 0), "dispatcher-" + owner));
  }

  MadeUpLog release(long owner, TurnId... finishing) {
    return ledger(new LedgerRecord.Release(new Attempt(owner, 0), List.of(finishing)));
  }

  MadeUpLog begun(TurnId turn, long owner, int number) {
    return ledger(
        new LedgerRecord.TurnBegun(
            turn, new Attempt(owner, number), "SpeechRecognizer.Recognize", 0));
  }

  MadeUpLog sent(TurnId turn, long owner, int number) {
    return ledger(
        new LedgerRecord.TurnSent(turn, new Attempt(owner, number), 12_800, 2, UploadEnd.END));
  }

  MadeUpLog directive(TurnId turn, long owner, int number, String name) {
    String json =
        """
        {"header":{"namespace":"Clova","name":"%s","messageId":"d-1"},"payload":{"text":"secret"}}\
        """
            .formatted(name);
    return ledger(
        new LedgerRecord.DirectiveReceived(
            turn.device(),
            Optional.of(turn),
            new Attempt(owner, number),
            Channel.RESPONSE,
            json.getBytes(UTF_8)));
  }

  MadeUpLog closed(TurnId turn, long owner, int number, TurnStatus status, String reason) {
    return ledger(
        new LedgerRecord.TurnClosed(
            turn,
            new Attempt(owner, number),
            status,
            reason,
            "why it is " + reason,
            Map.of(),
            Map.of()));
  }

  MadeUpLog ledger(LedgerRecord record) {
    return ledger(record.toRaw(sequence.next(record)));
  }

  MadeUpLog ledger(RawRecord raw) {
    stories.ledger(record(LEDGER, ledgerOffset++, raw));
    return this;
  }

  private ConsumerRecord<byte[], byte[]> record(String topic, long offset, RawRecord raw) {
    ProducerRecord<byte[], byte[]> sent = KafkaRecords.toKafka(topic, 3, raw);
    return new ConsumerRecord<>(
        topic,
        3,
        offset,
        now,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        sent.key(),
        sent.value(),
        sent.headers(),
        Optional.empty());
  }

  /** The one story there is. */
  Story story() {
    List<Story> all = stories.stories();
    if (all.size() != 1) {
      throw new AssertionError("there is not one story but " + all);
    }
    return all.getFirst();
  }

  String sentence() {
    return story().sentence(now);
  }

  /** What a story tells, a word an entry, with the time since its first; void ones in brackets. */
  static List<String> words(Story story) {
    return story.entries().stream()
        .map(entry -> {
          String word =
              entry.told().getClass().getSimpleName()
                  + "+"
                  + (entry.millis() - story.firstMillis());
          return entry.counts() ? word : "(" + word + ")";
        })
        .toList();
  }

  List<String> words() {
    return words(story());
  }
}
