package dev.parley.bench;

import io.netty.util.Version;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.OkHttp;
import org.apache.kafka.common.utils.internals.AppInfoParser;

/** What a figure depends on beside the code. */
final class Circumstances {
  private Circumstances() {}

  static Map<String, String> of(Plan plan) {
    Map<String, String> all = new LinkedHashMap<>();
    Sizes sizes = plan.sizes();
    all.put(
        "form",
        "%s: warm-up %d s, windows of %d s, %d a side"
            .formatted(
                plan.name(),
                sizes.warmUp().toSeconds(),
                sizes.window().toSeconds(),
                sizes.pairs()));
    all.put("seed", Long.toString(plan.seed()));
    all.put(
        "transport",
        (plan.transports().contains(Transport.CLEAR)
                ? "HTTP/2 in clear text with prior knowledge; "
                : "")
            + (plan.transports().contains(Transport.TLS)
                ? Certificate.PROTOCOL
                    + " in the rows that say TLS, sessions as each client"
                    + " handles them by default; "
                : "")
            + "Kafka PLAINTEXT");
    all.put(
        "endpoint",
        "MAX_CONCURRENT_STREAMS %d, window %d KiB a stream, %d KiB a connection"
            .formatted(
                Endpoint.MAX_CONCURRENT_STREAMS,
                Endpoint.STREAM_WINDOW / 1024,
                Peer.CONNECTION_WINDOW / 1024));
    all.put("devices a connection", Integer.toString(plan.devicesPerLane()));
    all.put(
        "Kafka",
        "one broker, %d partitions, acks=all, producer linger.ms=%d"
            .formatted(plan.partitions(), Load.LINGER_MILLIS));
    all.put("build", plan.build().revision());
    all.put("dispatcher and other sides", java(plan, plan.build()));
    plan.against()
        .ifPresent(
            other -> all.put("other build", other.revision() + ", with " + java(plan, other)));
    all.put("broker, load, endpoint", String.join(" ", Child.SMALL));
    all.put("more options for the dispatcher", String.join(" ", plan.dispatcherOptions()));
    all.put("profiled", Boolean.toString(plan.profile()));
    all.put(
        "versions",
        "Java %s, Kafka %s, OkHttp %s, Netty %s"
            .formatted(
                Runtime.version(),
                AppInfoParser.getVersion(),
                OkHttp.VERSION,
                Version.identify().values().stream()
                    .map(Version::artifactVersion)
                    .findFirst()
                    .orElse("?")));
    all.put("machine", machine());
    return all;
  }

  private static String java(Plan plan, Build build) {
    return Stream.of(build.deployed().options(), List.of(Deployed.MEMORY), plan.javaOptions())
        .flatMap(List::stream)
        .collect(Collectors.joining(" "));
  }

  private static String machine() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    String memory =
        system instanceof com.sun.management.OperatingSystemMXBean all
            ? ", %d GiB".formatted(all.getTotalMemorySize() >> 30)
            : "";
    return "%d x %s%s, %s %s, load %.2f at the start"
        .formatted(
            system.getAvailableProcessors(),
            processor(),
            memory,
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            system.getSystemLoadAverage());
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
