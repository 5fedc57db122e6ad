package dev.parley.cli;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.credentials.CredentialsFile;
import dev.parley.dispatcher.Capacity;
import dev.parley.dispatcher.DispatcherConfig;
import dev.parley.dispatcher.LoggedTurns;
import dev.parley.dispatcher.cic.CicSettings;
import dev.parley.dispatcher.cic.Credentials;
import dev.parley.dispatcher.flow.FlowLimits;
import dev.parley.protocol.multipart.EventBody;
import dev.parley.turnlog.KafkaSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a dispatcher is told. */
final class DispatcherSettings {
  private static final String ONE_PART = "one-part";

  private static final Setting<URI> CIC_URL = Setting.of("cic-url", Form.URL, "where CIC is");

  private static final Setting<Path> CIC_CA =
      Setting.of(
          "cic-ca", Form.FILE, "certificates (PEM) to trust for CIC instead of the system's");

  private static final Setting<Path> CREDENTIALS =
      Setting.of(
          "credentials",
          Form.FILE,
          "what devices show to CIC, a JSON object a line: device, token, userAgent, tags");

  private static final Setting<Boolean> ALLOW_CLEARTEXT =
      Setting.ofSwitch("allow-cleartext", "lets speech and tokens leave this machine unencrypted");

  private static final Setting<Integer> DEVICES_PER_LANE =
      Setting.of(
              "devices-per-lane",
              Form.number("N", 1, 10_000),
              "devices that share an HTTP/2 connection; never more than a third of CIC's streams")
          .orElse("1");

  private static final Setting<String> AUDIO_LAYOUT =
      Setting.of(
              "audio-layout",
              Form.oneOf("part-per-chunk", ONE_PART),
              "whether each chunk is a part of the request")
          .orElse("part-per-chunk");

  private static final Setting<Duration> OPENING_LIMIT =
      Setting.of(
              "opening-limit",
              Form.DURATION_WITH_UNIT,
              "what a downchannel may take from the dial to Hello; then it is tried again")
          .orElse("5s");

  private static final Setting<Duration> HELLO_LIMIT =
      Setting.of(
              "hello-limit",
              Form.DURATION_WITH_UNIT,
              "how long a turn waits for the device's downchannel")
          .orElse("12s");

  private static final Setting<Duration> PING =
      Setting.of("ping", Form.DURATION_WITH_UNIT, "how often CIC is asked for a sign of life")
          .orElse("60s");

  private static final Setting<Integer> OPENS_PER_SECOND =
      Setting.of(
              "opens-per-second",
              Form.number("N", 1, 1_000_000),
              "downchannels opened a second at most; devices that speak come first")
          .orElse("1000");

  private static final Setting<String> GROUP =
      Setting.of("group", Form.ID, "the consumer group that shares the speech")
          .orElse("parley-dispatcher");

  private static final Setting<Duration> DRAIN =
      Setting.of(
              "drain", Form.DURATION_WITH_UNIT, "how long turns may go on when it is told to stop")
          .orElse("10s");

  private static final Setting<Duration> BEGIN_AGE =
      Setting.of(
              "begin-age",
              Form.DURATION_WITH_UNIT,
              "how long a turn may wait for a dispatcher, or for a CIC that is down")
          .orElse("120s");

  private static final Setting<Integer> OPEN_TURNS =
      Setting.of(
          "max-open-turns",
          Form.number("N", 1, 1_000_000),
          "open turns beyond which new ones are refused; else what the heap has room for");

  private static final Setting<Integer> DEVICES =
      Setting.of(
          "max-devices",
          Form.number("N", 1, 1_000_000),
          "devices that keep a downchannel; else what the heap has room for");

  private static final Setting<Integer> HELD_MIB =
      Setting.of(
          "max-held-mib",
          Form.number("MIB", 1, 1_000_000),
          "speech that may wait for CIC, in MiB; else a quarter of the heap");

  private static final Setting<String> TURN_LOG =
      Setting.of(
              "turn-log",
              Form.oneOf("all", "failed", "none"),
              "which closed turns have a line in the log; failed: those that hurt somebody")
          .orElse("all");

  private DispatcherSettings() {}

  static List<Setting<?>> with(Setting<?>... others) {
    List<Setting<?>> all = new ArrayList<>(List.of(CIC_URL, CIC_CA, CREDENTIALS, ALLOW_CLEARTEXT));
    all.addAll(List.of(others));
    all.addAll(
        List.of(
            DEVICES_PER_LANE,
            AUDIO_LAYOUT,
            OPENING_LIMIT,
            HELLO_LIMIT,
            PING,
            OPENS_PER_SECOND,
            GROUP,
            DRAIN));
    all.addAll(List.of(BEGIN_AGE, OPEN_TURNS, DEVICES, HELD_MIB, TURN_LOG));
    return all;
  }

  static DispatcherConfig config(Settings settings, KafkaSettings kafka)
      throws ConfigException, CommandException {
    CicSettings cic = cic(settings);
    if (cic.isCleartext() && !cic.isLoopback() && !settings.get(ALLOW_CLEARTEXT)) {
      throw new ConfigException(
          "speech and tokens would go to "
              + cic.url()
              + " unencrypted; use https://, or give --allow-cleartext if that is meant");
    }
    return new DispatcherConfig(
        kafka,
        PartSettings.topics(settings),
        settings.get(GROUP),
        cic,
        credentials(settings, cic),
        FlowLimits.DEFAULT.withBeginAge(settings.get(BEGIN_AGE)),
        capacity(settings),
        settings.get(DRAIN),
        LoggedTurns.valueOf(settings.get(TURN_LOG).toUpperCase(Locale.ROOT)));
  }

  private static Capacity capacity(Settings settings) throws ConfigException {
    Capacity usual = Capacity.ofHeap(settings.get(DEVICES_PER_LANE));
    return new Capacity(
        settings.find(OPEN_TURNS).orElse(usual.openTurns()),
        settings.find(DEVICES).orElse(usual.devices()),
        settings.find(HELD_MIB).map(mib -> mib * 1024L * 1024).orElse(usual.heldBytes()));
  }

  private static CicSettings cic(Settings settings) throws ConfigException {
    return new CicSettings(
        settings.get(CIC_URL),
        settings.find(CIC_CA),
        settings.get(DEVICES_PER_LANE),
        settings.get(AUDIO_LAYOUT).equals(ONE_PART)
            ? EventBody.Layout.ONE_PART
            : EventBody.Layout.PART_PER_CHUNK,
        settings.get(OPENING_LIMIT),
        settings.get(HELLO_LIMIT),
        settings.get(PING),
        settings.get(OPENS_PER_SECOND));
  }

  private static Credentials credentials(Settings settings, CicSettings cic)
      throws ConfigException, CommandException {
    Optional<Path> file = settings.find(CREDENTIALS);
    if (file.isPresent()) {
      return CredentialsFile.open(file.get());
    }
    if (!cic.isLoopback()) {
      throw new ConfigException(
          "--credentials FILE is needed: made-up tokens are for a stand-in on this machine only");
    }
    return Credentials.forDemo();
  }
}
