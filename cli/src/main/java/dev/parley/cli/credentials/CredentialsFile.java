package dev.parley.cli.credentials;

import dev.parley.cli.command.CommandException;
import dev.parley.dispatcher.cic.Credentials;
import dev.parley.dispatcher.cic.DeviceIdentity;
import dev.parley.protocol.Ids;
import dev.parley.protocol.Json;
import dev.parley.protocol.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What devices show to CIC, from a file with a JSON object a line: {@code {"device":"kitchen",
 * "token":"...","userAgent":"Maker/Product/1.2.3 (OS;HW)","tags":"a,b"}}; the last two may be left
 * out. A file that changes is read again within seconds; one that has become unreadable is told in
 * the log and the last good one stays. Any thread.
 */
public final class CredentialsFile implements Credentials {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialsFile.class);
  private static final long CHECK_NANOS = Duration.ofSeconds(2).toNanos();

  /** When a token was refused it is urgent, but thousands may be refused at once. */
  private static final long URGENT_CHECK_NANOS = Duration.ofMillis(100).toNanos();

  /** What tells that the file has changed; times alone are too coarse for that. */
  private record Stamp(FileTime modified, long size) {
    static Stamp of(Path file) throws IOException {
      return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
    }
  }

  private final Path file;
  private volatile Map<String, DeviceIdentity> identities;
  private Optional<Stamp> read;
  private long checkedNanos = System.nanoTime();

  private CredentialsFile(Path file, Stamp read, Map<String, DeviceIdentity> identities) {
    this.file = file;
    this.read = Optional.of(read);
    this.identities = identities;
  }

  /**
   * Reads it.
   *
   * @throws CommandException when it cannot be read; the message names the line, never a token
   */
  public static CredentialsFile open(Path file) throws CommandException {
    try {
      Stamp stamp = Stamp.of(file);
      return new CredentialsFile(file, stamp, parse(file));
    } catch (IOException e) {
      throw new CommandException(
          "the credentials in " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<DeviceIdentity> of(String device) {
    readAgainIfChanged(CHECK_NANOS);
    return Optional.ofNullable(identities.get(device));
  }

  @Override
  public Optional<DeviceIdentity> refreshed(String device, String refusedToken) {
    readAgainIfChanged(URGENT_CHECK_NANOS);
    return Optional.ofNullable(identities.get(device))
        .filter(identity -> !identity.token().equals(refusedToken));
  }

  private synchronized void readAgainIfChanged(long atMostEveryNanos) {
    if (System.nanoTime() - checkedNanos < atMostEveryNanos) {
      return;
    }
    checkedNanos = System.nanoTime();
    try {
      Stamp stamp = Stamp.of(file);
      if (read.filter(stamp::equals).isEmpty()) {
        read = Optional.empty();
        Map<String, DeviceIdentity> changed = parse(file);
        if (changed.isEmpty()) {
          // Who writes it in place empties it first.
          throw new CommandException(file + " holds no device");
        }
        identities = changed;
        read = Optional.of(stamp);
        LOG.info("read the credentials of {} devices", changed.size());
      }
    } catch (IOException | CommandException e) {
      LOG.warn("the credentials that were read before stay in use: {}", e.getMessage());
    }
  }

  private static Map<String, DeviceIdentity> parse(Path file) throws IOException, CommandException {
    Map<String, DeviceIdentity> identities = new HashMap<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      try {
        ObjectNode line = Json.object(lines.get(i).getBytes(StandardCharsets.UTF_8));
        String device = Ids.check("device", Json.text(line, "device"));
        String tags = Json.text(line, "tags", "");
        DeviceIdentity identity =
            new DeviceIdentity(
                Json.text(line, "token"),
                Json.text(line, "userAgent", DeviceIdentity.DEFAULT_USER_AGENT),
                tags.isEmpty() ? Optional.empty() : Optional.of(tags));
        if (identities.put(device, identity) != null) {
          throw new MalformedException("device " + device + " stands there twice");
        }
      } catch (MalformedException | IllegalArgumentException e) {
        throw new CommandException(file + ", line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    return Map.copyOf(identities);
  }
}
