package dev.parley.bench;

import dev.parley.producer.TurnRequest;
import dev.parley.protocol.Json;
import dev.parley.protocol.TurnId;
import dev.parley.protocol.record.SpeechRecord;
import dev.parley.turnlog.DevicePartition;
import dev.parley.turnlog.KafkaRecords;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.Topics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Speech into Kafka, as a thousand devices at an edge would publish it. One thread looks every
 * millisecond which chunks are due and sends them; a chunk that is sent late keeps the time at
 * which it was due. Answers {@code talk PREFIX TALKERS SILENT RAMP-MILLIS}, {@code open}, {@code
 * count} and {@code hush}; with {@link #NOWHERE} as the prefix all is made and nothing sent.
 */
final class Load implements AutoCloseable {
  /** How long a record may wait for company; the edge's own setting. */
  static final int LINGER_MILLIS = 5;

  private static final String SOURCE = "bench";
  private static final long TICK_NANOS = 1_000_000;

  /** The prefix of topics that are none: what making the load costs by itself. */
  static final String NOWHERE = "-";

  private final Producer<byte[], byte[]> producer;
  private final int partitions;
  private final long seed;
  private final PriorityQueue<Device> due =
      new PriorityQueue<>(Comparator.comparingLong((Device device) -> device.dueNanos));
  private final List<Device> devices = new ArrayList<>();
  private final ConcurrentLinkedQueue<Runnable> orders = new ConcurrentLinkedQueue<>();
  private final AtomicLong failures = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;
  private long chunks;
  private int dialogs;

  /** Of records that go nowhere; told, so that they are made all the same. */
  private long madeBytes;

  private Load(String bootstrap, int partitions, long seed) {
    this.producer = new KafkaSettings(bootstrap, Map.of()).producer("bench-load", LINGER_MILLIS);
    this.partitions = partitions;
    this.seed = seed;
    this.thread = Thread.ofPlatform().name("load").start(this::run);
  }

  /** A part; its arguments are BOOTSTRAP PARTITIONS SEED. */
  public static void main(String[] arguments) {
    try (Load load =
        new Load(arguments[0], Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]))) {
      Control.serve(load::command);
    }
  }

  private ObjectNode command(String verb, List<String> arguments) throws Exception {
    CompletableFuture<ObjectNode> done = new CompletableFuture<>();
    Runnable order =
        switch (verb) {
          case "open" -> () -> done.complete(open());
          case "count" -> () -> done.complete(count());
          case "talk" ->
              () -> {
                talk(
                    arguments.get(0),
                    Integer.parseInt(arguments.get(1)),
                    Integer.parseInt(arguments.get(2)),
                    Long.parseLong(arguments.get(3)) * 1_000_000);
                done.complete(count());
              };
          case "hush" ->
              () -> {
                hush();
                done.complete(count());
              };
          default -> throw new IllegalArgumentException(verb);
        };
    orders.add(order);
    LockSupport.unpark(thread);
    return done.get();
  }

  /** Chunks sent since the count before, and records that Kafka did not take. */
  private ObjectNode count() {
    ObjectNode count =
        Json.newObject()
            .put("chunks", chunks)
            .put("failures", failures.getAndSet(0))
            .put("made", madeBytes);
    chunks = 0;
    return count;
  }

  /** The turns that are being spoken, each as DIALOG:CHUNKS. */
  private ObjectNode open() {
    ObjectNode answer = Json.newObject();
    ArrayNode turns = answer.putArray("turns");
    for (Device device : devices) {
      if (device.talks && device.turn != null) {
        turns.add(device.number + ":" + device.length);
      }
    }
    return answer;
  }

  private void run() {
    while (!closed) {
      for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
        order.run();
      }
      long now = System.nanoTime();
      Device first = due.peek();
      while (first != null && first.dueNanos - now <= 0) {
        due.poll();
        if (first.speak()) {
          due.add(first);
        }
        first = due.peek();
      }
      if (first == null) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, TICK_NANOS);
      }
    }
  }

  private void talk(String prefix, int talkers, int silent, long rampNanos) {
    String topic = prefix.equals(NOWHERE) ? NOWHERE : new Topics(prefix).speech();
    long start = System.nanoTime();
    for (int i = 0; i < talkers + silent; i++) {
      Device device = new Device(topic, i, i < talkers, rampNanos);
      device.dueNanos = start + device.speaker.phaseNanos();
      devices.add(device);
      due.add(device);
    }
  }

  private void hush() {
    devices.forEach(Device::end);
    devices.clear();
    due.clear();
    producer.flush();
  }

  private void send(String topic, int partition, SpeechRecord speech) {
    ProducerRecord<byte[], byte[]> record = KafkaRecords.toKafka(topic, partition, speech.toRaw());
    if (topic.equals(NOWHERE)) {
      madeBytes += record.value() == null ? 0 : record.value().length;
      return;
    }
    var _ =
        producer.send(
            record,
            (_, exception) -> {
              if (exception != null) {
                failures.incrementAndGet();
              }
            });
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    producer.close(java.time.Duration.ofSeconds(1));
  }

  /** One device with its dialogs. */
  private final class Device {
    private final String topic;
    private final String name;
    private final int partition;
    private final boolean talks;
    private final Speaker speaker;
    private long dueNanos;
    private @Nullable TurnId turn;
    private int number;
    private int seq;
    private int length;

    Device(String topic, int number, boolean talks, long rampNanos) {
      this.topic = topic;
      this.name = CicClient.device(number);
      this.partition = DevicePartition.of(name, partitions);
      this.talks = talks;
      this.speaker = new Speaker(seed, number, rampNanos);
    }

    /** Sends what is due now; whether there is more to come. Who is silent begins, and no more. */
    boolean speak() {
      TurnId speaking = turn == null ? begin() : turn;
      if (!talks) {
        return false;
      }
      send(
          topic,
          partition,
          new SpeechRecord.Audio(speaking, SOURCE, seq + 1, Chunk.of(dueNanos, number, seq)));
      chunks++;
      seq++;
      dueNanos += Chunk.NANOS;
      if (seq == length) {
        end();
      }
      return true;
    }

    private TurnId begin() {
      TurnRequest request = TurnRequest.speech(name, "ko");
      turn = request.turn();
      number = dialogs++;
      seq = 0;
      length = speaker.nextLength();
      send(topic, partition, new SpeechRecord.Begin(request.turn(), SOURCE, request.metadata()));
      return request.turn();
    }

    void end() {
      if (turn != null) {
        send(topic, partition, new SpeechRecord.End(turn, SOURCE, seq + 1));
        turn = null;
      }
    }
  }
}
