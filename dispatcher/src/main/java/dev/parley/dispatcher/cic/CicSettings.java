package dev.parley.dispatcher.cic;

import dev.parley.protocol.multipart.EventBody;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach CIC.
 *
 * @param url its root; {@code https}, or {@code http} for HTTP/2 with prior knowledge
 * @param ca certificates (PEM) to trust instead of the system's
 * @param devicesPerLane how many devices share one HTTP/2 connection, from 1 (C47)
 * @param layout how audio is laid out (C16)
 * @param openingLimit what a downchannel may take from the dial to Hello (C51)
 * @param helloLimit how long a turn waits for the device's downchannel to say Hello (C3)
 * @param ping how often the connection is asked for a sign of life (C7)
 * @param opensPerSecond how many downchannels are opened a second at most, over all lanes
 */
public record CicSettings(
    URI url,
    Optional<Path> ca,
    int devicesPerLane,
    EventBody.Layout layout,
    Duration openingLimit,
    Duration helloLimit,
    Duration ping,
    int opensPerSecond) {
  /** Checks the url's form and the range. */
  public CicSettings {
    if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
      throw new IllegalArgumentException(
          "the CIC url must be http://HOST[:PORT] or https://HOST[:PORT], not " + url);
    }
    if (devicesPerLane < 1) {
      throw new IllegalArgumentException(
          "devices per lane must be at least 1, not " + devicesPerLane);
    }
    if (opensPerSecond < 1 || opensPerSecond > 1_000_000) {
      throw new IllegalArgumentException(
          "opens per second must be 1 to 1000000, not " + opensPerSecond);
    }
  }

  /** Defaults for this url: one device a connection, which is how C4 and C5 read literally. */
  public static CicSettings of(URI url) {
    return new CicSettings(
        url,
        Optional.empty(),
        1,
        EventBody.Layout.PART_PER_CHUNK,
        Duration.ofSeconds(5),
        Duration.ofSeconds(12),
        Duration.ofSeconds(60),
        1_000);
  }

  /** The same, trusting these certificates. */
  public CicSettings withCa(Path pem) {
    return new CicSettings(
        url,
        Optional.of(pem),
        devicesPerLane,
        layout,
        openingLimit,
        helloLimit,
        ping,
        opensPerSecond);
  }

  /** The same with this many devices on a connection. */
  public CicSettings withDevicesPerLane(int devices) {
    return new CicSettings(
        url, ca, devices, layout, openingLimit, helloLimit, ping, opensPerSecond);
  }

  /** The same with this layout of audio. */
  public CicSettings withLayout(EventBody.Layout audio) {
    return new CicSettings(
        url, ca, devicesPerLane, audio, openingLimit, helloLimit, ping, opensPerSecond);
  }

  /** The same with this limit. */
  public CicSettings withHelloLimit(Duration limit) {
    return new CicSettings(
        url, ca, devicesPerLane, layout, openingLimit, limit, ping, opensPerSecond);
  }

  /** The same with this limit for an opening. */
  public CicSettings withOpeningLimit(Duration limit) {
    return new CicSettings(
        url, ca, devicesPerLane, layout, limit, helloLimit, ping, opensPerSecond);
  }

  /** The same, asking for a sign of life this often. */
  public CicSettings withPing(Duration every) {
    return new CicSettings(
        url, ca, devicesPerLane, layout, openingLimit, helloLimit, every, opensPerSecond);
  }

  /** The same, opening so many downchannels a second at most. */
  public CicSettings withOpensPerSecond(int opens) {
    return new CicSettings(url, ca, devicesPerLane, layout, openingLimit, helloLimit, ping, opens);
  }

  /** Whether speech and tokens would travel unencrypted. */
  public boolean isCleartext() {
    return "http".equals(url.getScheme());
  }

  /** Whether CIC is on this machine. */
  public boolean isLoopback() {
    try {
      return InetAddress.getByName(url.getHost()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
