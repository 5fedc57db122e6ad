package dev.parley.trials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.Dispatcher;
import dev.parley.producer.SpeechPublisher;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.DeviceRecord;
import dev.parley.protocol.record.LedgerRecord;
import dev.parley.protocol.record.TurnStatus;
import dev.parley.standin.ClientId;
import dev.parley.standin.StandIn;
import dev.parley.turnlog.KafkaRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices that have spoken once, and are told things unasked while dispatchers come and go. */
final class IdleDevicesTest {
  private static final List<String> DEVICES =
      IntStream.range(0, 40).mapToObj(i -> "device-" + i).toList();

  private Stage stage;
  private StandIn cic;

  @BeforeEach
  void open() throws Exception {
    stage = new Stage();
    cic = stage.standIn();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private void speakOnce() throws Exception {
    SpeechPublisher publisher = stage.publisher();
    Set<TurnId> turns = new HashSet<>();
    for (String device : DEVICES) {
      turns.add(stage.speak(publisher, device, Sounds.tone(200)).turn());
    }
    Awaitility.await("all answers")
        .until(() ->
            stage.closed().stream()
                .filter(closed -> closed.status() == TurnStatus.OK)
                .map(LedgerRecord.TurnClosed::turn)
                .collect(Collectors.toSet())
                .equals(turns));
    Awaitility.await("they are remembered").until(() -> remembered().containsAll(DEVICES));
  }

  private Set<String> remembered() throws Exception {
    Set<String> devices = new TreeSet<>();
    for (int partition = 0; partition < Stage.PARTITIONS; partition++) {
      for (ConsumerRecord<byte[], byte[]> record : stage.read(stage.topics.devices(), partition)) {
        devices.add(DeviceRecord.parse(KafkaRecords.fromKafka(record)).device());
      }
    }
    return devices;
  }

  private boolean hears(String device) {
    return cic.hasDownchannel(ClientId.of("demo-" + device));
  }

  private boolean push(String device, String id) {
    return cic.push(
        ClientId.of("demo-" + device),
        """
        {"directive":{"header":{"namespace":"Clova","name":"RenderText","messageId":"%s"},\
        "payload":{"type":"text"}}}\
        """
            .formatted(id));
  }

  private Set<String> inTheLedger() throws Exception {
    Set<String> ids = new TreeSet<>();
    for (LedgerRecord record : stage.ledger()) {
      if (record instanceof LedgerRecord.DirectiveReceived received && received.turn().isEmpty()) {
        ids.add(
            new String(received.json(), StandardCharsets.UTF_8)
                .replaceAll(".*\"messageId\":\"([^\"]*)\".*", "$1"));
      }
    }
    return ids;
  }

  private List<String> missing(Map<String, String> said) throws Exception {
    Map<String, String> missing = new HashMap<>(said);
    missing.keySet().removeAll(inTheLedger());
    return missing.values().stream().sorted().toList();
  }

  @Test
  void whoHasNotSpokenSinceHearsWhatIsSaidThroughTheNextDispatcher() throws Exception {
    Dispatcher first = stage.dispatcher(cic);
    speakOnce();
    first.close(Duration.ZERO);
    Awaitility.await("nobody").until(() -> DEVICES.stream().noneMatch(this::hears));
    stage.dispatcher(cic);
    Awaitility.await("all of them again").until(() -> DEVICES.stream().allMatch(this::hears));
    List<String> ids = new ArrayList<>();
    for (String device : DEVICES) {
      ids.add(UUID.randomUUID().toString());
      assertThat(push(device, ids.getLast())).isTrue();
    }
    Awaitility.await("all that was said").until(() -> inTheLedger().containsAll(ids));
  }

  /** Each is told something ten times a second, and what CIC could say is not lost. */
  @Test
  void aPlannedRestartLosesNothingThatIsSaidToIdleDevices() throws Exception {
    Dispatcher first = stage.dispatcher(cic);
    speakOnce();
    Map<String, String> said = new ConcurrentHashMap<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread cics =
        Thread.ofVirtual()
            .start(() -> {
              while (!over.get()) {
                for (String device : DEVICES) {
                  String id = UUID.randomUUID().toString();
                  if (push(device, id)) {
                    said.put(id, device + " at " + Instant.now());
                  }
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
              }
            });
    Awaitility.await("things to be said").until(() -> said.size() > 5 * DEVICES.size());
    Dispatcher second = stage.dispatcher(cic);
    first.close(Duration.ofSeconds(15));
    int then = said.size();
    Awaitility.await("more things to be said").until(() -> said.size() > then + 5 * DEVICES.size());
    over.set(true);
    cics.join();
    assertThat(second.trouble()).isEmpty();
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(missing(said)).isEmpty());
    assertThat(cic.verdicts().failures()).isEmpty();
  }
}
