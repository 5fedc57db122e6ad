package dev.parley.demo;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.command.StopSignal;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.device.Conversation;
import dev.parley.cli.device.RouterClient;
import dev.parley.cli.speak.SpeechSettings;
import dev.parley.cli.speak.Timeline;
import dev.parley.cli.speak.Timeline.Tone;
import dev.parley.producer.AudioException;
import dev.parley.producer.AudioSource;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts everything in this process, speaks a turn, shows it as it happens, and checks it. */
final class DemoCommand implements Command {
  private static final int PARTITIONS = 4;
  private static final String RECORDING = "weather.wav";

  private static final Setting<String> DEVICE = SpeechSettings.DEVICE.orElse("kitchen");

  private static final Setting<Boolean> SERVE =
      Setting.ofSwitch("serve", "stays up afterwards, on the usual ports, until it is stopped");

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String summary() {
    return "Shows a turn from end to end, with everything it takes in one process.";
  }

  @Override
  public boolean usesKafka() {
    return false;
  }

  @Override
  public String logLevel() {
    return "warn";
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> settings = new ArrayList<>(SpeechSettings.all());
    settings.addAll(List.of(DEVICE, SERVE));
    return settings;
  }

  @Override
  public int run(Invocation invocation)
      throws ConfigException, CommandException, InterruptedException {
    Settings settings = invocation.settings();
    boolean serve = settings.get(SERVE);
    String device = settings.get(DEVICE);
    Timeline timeline = new Timeline(invocation.console());
    try (StopSignal stop = StopSignal.install();
        SpeechSettings.Speech speech =
            SpeechSettings.open(settings, device, DemoCommand::recording)) {
      timeline.note(Tone.PLAIN, "Starting a broker, a stand-in for CIC and Parley's parts");
      try (EmbeddedPipeline pipeline =
          EmbeddedPipeline.start(
              serve ? EmbeddedPipeline.Ports.USUAL : EmbeddedPipeline.Ports.FREE,
              PARTITIONS,
              (part, where) ->
                  timeline.line(Tone.FAINT, "%-10s  started: %s".formatted(part, where)))) {
        stop.interruptible();
        boolean well = speak(pipeline, timeline, speech, device);
        stop.finishing();
        if (serve) {
          Addresses.print(pipeline, timeline);
          stop.await();
        }
        return well ? CommandRunner.DONE : CommandRunner.FAILED;
      }
    }
  }

  private static boolean speak(
      EmbeddedPipeline pipeline, Timeline timeline, SpeechSettings.Speech speech, String device)
      throws CommandException, InterruptedException {
    timeline.note(
        Tone.PLAIN,
        "%nDevice %s %s".formatted(device, speech.source().isPresent() ? "speaks" : "writes"));
    timeline.restart();
    Watcher watcher = new Watcher(timeline);
    try (RouterClient router = new RouterClient(pipeline.routerUrl(), device, Optional.empty())) {
      Conversation.Outcome outcome =
          new Conversation(router, pipeline.publisher(), watcher)
              .hold(speech.request(), speech.source(), speech.pacing(), speech.answerWithin());
      return new Summary(outcome, watcher.latencies(), pipeline.standIn()).print(timeline);
    }
  }

  private static AudioSource recording() throws AudioException {
    InputStream in = DemoCommand.class.getResourceAsStream(RECORDING);
    if (in == null) {
      throw new IllegalStateException(RECORDING + " is not in the jar");
    }
    return AudioSource.wav(in, "the bundled recording");
  }
}
