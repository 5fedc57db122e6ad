package dev.parley.demo.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.kafka.TopicPlan;
import dev.parley.cli.kafka.TopicSetup;
import dev.parley.turnlog.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** A process that ends while its broker runs ends as it wanted to, and leaves nothing behind. */
final class BrokerAtExitTest {
  private static final int STATUS = 3;
  private static final long LIMIT_SECONDS = 120;

  @TempDir private Path temporary;

  /** Starts a broker that has something to write down when it ends, and ends. */
  static final class Ends {
    private Ends() {}

    public static void main(String[] args) throws Exception {
      EmbeddedBroker broker = EmbeddedBroker.start();
      Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
      try (Admin admin = new KafkaConnection(List.of(broker.bootstrap()), Map.of()).admin()) {
        var _ = new TopicSetup(admin, TopicPlan.small(new Topics("t"), 6)).ensure();
      }
      System.exit(STATUS);
    }
  }

  @RepeatedTest(3)
  void theProcessEndsAsItWantsToAndTheFolderIsGone() throws Exception {
    Path said = temporary.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Ends.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(said)).isEqualTo(STATUS);
      assertThat(foldersLeft()).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  private List<Path> foldersLeft() throws IOException {
    try (Stream<Path> all = Files.list(temporary)) {
      return all.filter(path -> path.getFileName().toString().startsWith("parley-broker")).toList();
    }
  }
}
