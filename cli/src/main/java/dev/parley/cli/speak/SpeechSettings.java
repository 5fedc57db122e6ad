package dev.parley.cli.speak;

import dev.parley.cli.command.CommandException;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.producer.AudioException;
import dev.parley.producer.AudioSource;
import dev.parley.producer.Pacing;
import dev.parley.producer.TurnRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one can set about what is said, and how. */
public final class SpeechSettings {
  /** Who speaks. */
  public static final Setting<String> DEVICE = Setting.of("device", Form.ID, "the device's id");

  private static final Setting<Path> WAV = Setting.of("wav", Form.FILE, "speaks this WAV file");
  private static final Setting<Path> RAW =
      Setting.of("raw", Form.FILE, "speaks this file of 16 kHz mono 16 bit little endian PCM");
  private static final Setting<String> TEXT =
      Setting.of("text", Form.TEXT, "sends this text instead of speech");
  private static final Setting<Boolean> MICROPHONE =
      Setting.ofSwitch("microphone", "speaks what the machine's microphone hears");
  private static final Setting<String> LANG =
      Setting.of("lang", Form.oneOf("ko", "ja", "en"), "the language spoken").orElse("en");
  private static final Setting<Boolean> FAST =
      Setting.ofSwitch("fast", "does not wait as long as the speech lasts");
  private static final Setting<Duration> TIMEOUT =
      Setting.of(
              "timeout",
              Form.DURATION_WITH_UNIT,
              "how long to wait for the answer to what was said")
          .orElse("60s");

  private SpeechSettings() {}

  /** All but {@link #DEVICE}. */
  public static List<Setting<?>> all() {
    return List.of(WAV, RAW, TEXT, MICROPHONE, LANG, FAST, TIMEOUT);
  }

  /** What the settings ask to be said. */
  public record Speech(
      TurnRequest request, Optional<AudioSource> source, Pacing pacing, Duration answerWithin)
      implements AutoCloseable {
    @Override
    public void close() throws CommandException {
      if (source.isPresent()) {
        try {
          source.get().close();
        } catch (AudioException e) {
          throw new CommandException(String.valueOf(e.getMessage()), e);
        }
      }
    }
  }

  /** Opens a recording when the settings name none. */
  @FunctionalInterface
  public interface Fallback {
    /** For where something has to be named. */
    Fallback NONE =
        () -> {
          throw new ConfigException(
              "say what to speak: --wav FILE, --raw FILE, --text TEXT or --microphone");
        };

    AudioSource open() throws AudioException, ConfigException;
  }

  /**
   * Opens what is to be said.
   *
   * @throws ConfigException when more than one thing is
   * @throws CommandException when the recording cannot be used
   */
  public static Speech open(Settings settings, String device, Fallback fallback)
      throws ConfigException, CommandException {
    checkOne(settings);
    String lang = settings.get(LANG);
    Duration timeout = settings.get(TIMEOUT);
    Optional<String> text = settings.find(TEXT);
    if (text.isPresent()) {
      TurnRequest request = TurnRequest.text(device, text.get());
      return new Speech(request, Optional.empty(), Pacing.FAST, timeout);
    }
    boolean live = settings.get(MICROPHONE);
    try {
      return new Speech(
          TurnRequest.speech(device, lang),
          Optional.of(source(settings, fallback)),
          // A microphone sets the pace by itself.
          live || settings.get(FAST) ? Pacing.FAST : Pacing.REAL_TIME,
          timeout);
    } catch (AudioException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private static AudioSource source(Settings settings, Fallback fallback)
      throws ConfigException, AudioException {
    Optional<Path> wav = settings.find(WAV);
    Optional<Path> raw = settings.find(RAW);
    if (wav.isPresent()) {
      return AudioSource.wav(wav.get());
    }
    if (raw.isPresent()) {
      return AudioSource.raw(raw.get());
    }
    return settings.get(MICROPHONE) ? AudioSource.microphone() : fallback.open();
  }

  private static void checkOne(Settings settings) throws ConfigException {
    List<String> named = new ArrayList<>();
    for (Setting<?> setting : List.of(WAV, RAW, TEXT)) {
      if (settings.find(setting).isPresent()) {
        named.add(setting.flag());
      }
    }
    if (settings.get(MICROPHONE)) {
      named.add(MICROPHONE.flag());
    }
    if (named.size() > 1) {
      throw new ConfigException(String.join(" and ", named) + " exclude each other");
    }
  }
}
