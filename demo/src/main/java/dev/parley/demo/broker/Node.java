package dev.parley.demo.broker;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One node of a KRaft cluster on the loopback interface, broker and controller at once.
 *
 * @param id 1, 2 ...
 * @param port where clients and other brokers connect
 * @param controllerPorts where each node's controller listens, node 1's first
 * @param cluster the cluster's id
 */
record Node(int id, int port, List<Integer> controllerPorts, String cluster, Path directory) {
  private static final String CONTROLLER = "CONTROLLER";

  /** Copies the list. */
  Node {
    controllerPorts = List.copyOf(controllerPorts);
  }

  /** For the command line of another process. */
  List<String> arguments() {
    return List.of(
        Integer.toString(id),
        Integer.toString(port),
        controllerPorts.stream().map(String::valueOf).collect(Collectors.joining(",")),
        cluster,
        directory.toString());
  }

  /** What {@link #arguments} gave. */
  static Node of(String... arguments) {
    return new Node(
        Integer.parseInt(arguments[0]),
        Integer.parseInt(arguments[1]),
        Arrays.stream(arguments[2].split(",", -1)).map(Integer::valueOf).toList(),
        arguments[3],
        Path.of(arguments[4]));
  }

  /** Formats its folder if that is new, and starts; back when it takes requests. */
  KafkaRaftServer start() throws Exception {
    KafkaConfig config = new KafkaConfig(settings());
    format();
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    server.startup();
    return server;
  }

  private void format() throws Exception {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(directory);
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(id)
        .setClusterId(cluster)
        .setControllerListenerName(CONTROLLER)
        .addDirectory(directory.toString())
        .setMetadataLogDirectory(directory.toString())
        .run();
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(id));
    settings.put(
        "controller.quorum.voters",
        IntStream.rangeClosed(1, controllerPorts.size())
            .mapToObj(voter -> voter + "@127.0.0.1:" + controllerPorts.get(voter - 1))
            .collect(Collectors.joining(",")));
    settings.put("controller.listener.names", CONTROLLER);
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:"
            + port
            + ","
            + CONTROLLER
            + "://127.0.0.1:"
            + controllerPorts.get(id - 1));
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    settings.put("log.dirs", directory.toString());
    settings.put("auto.create.topics.enable", "false");
    String copies = Integer.toString(Math.min(3, controllerPorts.size()));
    String inSync = controllerPorts.size() < 3 ? "1" : "2";
    settings.put("offsets.topic.replication.factor", copies);
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", copies);
    settings.put("transaction.state.log.min.isr", inSync);
    settings.put("share.coordinator.state.topic.replication.factor", copies);
    settings.put("share.coordinator.state.topic.min.isr", inSync);
    settings.put("default.replication.factor", copies);
    settings.put("min.insync.replicas", inSync);
    // It need not have the threads of a large one.
    // The system's own: 100 KiB are little more than one segment on loopback.
    settings.put("socket.receive.buffer.bytes", "-1");
    settings.put("socket.send.buffer.bytes", "-1");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "2");
    settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    // A group forms at once instead of after three seconds.
    settings.put("group.initial.rebalance.delay.ms", "0");
    // In the newer group protocol these are the broker's; as our clients ask for them in the older.
    settings.put("group.consumer.min.session.timeout.ms", "6000");
    settings.put("group.consumer.session.timeout.ms", "6000");
    settings.put("group.consumer.min.heartbeat.interval.ms", "1000");
    settings.put("group.consumer.heartbeat.interval.ms", "1000");
    // A record is given up after 10 s: a broker that is gone must be missed before, even when the
    // controller went with it (2 s until another stands for election).
    settings.put("broker.session.timeout.ms", "4000");
    settings.put("broker.heartbeat.interval.ms", "1000");
    return settings;
  }
}
