package dev.parley.demo.broker;

import dev.parley.cli.command.CommandException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;

/**
 * Three Kafka nodes on the loopback interface, each broker and controller in a process of its own.
 * A topic with three copies outlives any one of them. One thread.
 */
public final class Cluster implements AutoCloseable {
  private static final int NODES = 3;
  private static final Duration WHOLE_WITHIN = Duration.ofMinutes(2);
  private static final long LOOK_EVERY_NANOS = 100_000_000;

  private final Map<Integer, Node> nodes = new HashMap<>();
  private final Map<Integer, Process> processes = new HashMap<>();
  private final Path logs;
  private final TemporaryFolder data;
  private final Admin admin;

  private Cluster(Path logs, TemporaryFolder data) {
    this.logs = logs;
    this.data = data;
    List<Integer> ports = LoopbackPorts.free(2 * NODES);
    String id = Uuid.randomUuid().toString();
    for (int node = 1; node <= NODES; node++) {
      Path directory = data.path().resolve("node-" + node);
      nodes.put(
          node,
          new Node(node, ports.get(node - 1), ports.subList(NODES, 2 * NODES), id, directory));
    }
    this.admin =
        Admin.create(
            Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap(),
                CommonClientConfigs.CLIENT_ID_CONFIG,
                "cluster"));
  }

  /**
   * Starts all three; back when they have found each other. Their data go when it is closed.
   *
   * @param logs the folder for the nodes' logs
   * @throws CommandException when one does not start, or not within two minutes
   */
  public static Cluster start(Path logs) throws CommandException, InterruptedException {
    EmbeddedBroker.logFrom("error");
    Cluster cluster = new Cluster(logs, EmbeddedBroker.temporary());
    try {
      for (int node : cluster.nodes.keySet()) {
        cluster.revive(node);
      }
      cluster.awaitWhole();
      return cluster;
    } catch (CommandException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Each node's HOST:PORT, with commas between. */
  public String bootstrap() {
    return nodes.values().stream()
        .map(node -> "127.0.0.1:" + node.port())
        .collect(Collectors.joining(","));
  }

  /** The node that leads this partition. */
  public int leader(String topic, int partition) throws CommandException, InterruptedException {
    try {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .values()
          .iterator()
          .next()
          .partitions()
          .get(partition)
          .leader()
          .id();
    } catch (ExecutionException e) {
      throw asked(e);
    }
  }

  /** The node whose controller leads the others. */
  public int controller() throws CommandException, InterruptedException {
    try {
      return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
    } catch (ExecutionException e) {
      throw asked(e);
    }
  }

  private static CommandException asked(ExecutionException e) {
    return new CommandException("the brokers do not tell who leads: " + e.getMessage(), e);
  }

  /** SIGKILL. */
  public void kill(int node) throws InterruptedException {
    Process process = processes.get(node);
    if (process != null) {
      var _ = process.destroyForcibly().waitFor();
    }
  }

  /** Starts a node that is not there, with the data it had; does not wait for it. */
  public void revive(int node) throws CommandException {
    Node of = nodes.get(node);
    if (of != null) {
      processes.put(node, NodeProcess.start(of, logs.resolve("broker-" + node + ".log")));
    }
  }

  /**
   * Back when all nodes are there and have all that the others have.
   *
   * @throws CommandException when a node ended, or after two minutes
   */
  public void awaitWhole() throws CommandException, InterruptedException {
    long deadline = System.nanoTime() + WHOLE_WITHIN.toNanos();
    String trouble = trouble();
    while (!trouble.isEmpty()) {
      for (Map.Entry<Integer, Process> process : processes.entrySet()) {
        if (!process.getValue().isAlive()) {
          throw new CommandException(
              "broker " + process.getKey() + " ended; its log in " + logs + " says why");
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw new CommandException(
            "the brokers are not whole after " + WHOLE_WITHIN.toSeconds() + " s: " + trouble);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
      trouble = trouble();
    }
  }

  /** What is missing; empty when nothing is. */
  private String trouble() throws InterruptedException {
    try {
      int there = admin.describeCluster().nodes().get().size();
      if (there < NODES) {
        return there + " of " + NODES + " are there";
      }
      Collection<String> topics =
          admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
      List<String> behind = new ArrayList<>();
      admin
          .describeTopics(topics)
          .allTopicNames()
          .get()
          .forEach((name, topic) -> {
            for (TopicPartitionInfo partition : topic.partitions()) {
              if (partition.isr().size() < partition.replicas().size()) {
                behind.add(name + "-" + partition.partition());
              }
            }
          });
      return behind.isEmpty() ? "" : "copies are missing of " + behind;
    } catch (ExecutionException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Kills all nodes, and forgets their data. */
  @Override
  public void close() {
    admin.close(Duration.ZERO);
    processes.values().forEach(Process::destroyForcibly);
    try {
      for (Process process : processes.values()) {
        var _ = process.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    data.close();
  }
}
