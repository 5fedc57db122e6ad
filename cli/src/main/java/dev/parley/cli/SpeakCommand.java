package dev.parley.cli;

import dev.parley.cli.command.Command;
import dev.parley.cli.command.CommandException;
import dev.parley.cli.command.CommandRunner;
import dev.parley.cli.command.CommonSettings;
import dev.parley.cli.command.Invocation;
import dev.parley.cli.command.StopSignal;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.cli.device.Conversation;
import dev.parley.cli.device.RouterClient;
import dev.parley.cli.kafka.KafkaConnection;
import dev.parley.cli.speak.JsonLines;
import dev.parley.cli.speak.Narration;
import dev.parley.cli.speak.SpeechSettings;
import dev.parley.cli.speak.Timeline;
import dev.parley.producer.PublishException;
import dev.parley.producer.SpeechPublisher;
import dev.parley.protocol.TurnId;
import dev.parley.turnlog.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Speaks one turn as a device would, and prints what the device gets. */
final class SpeakCommand implements Command {
  private static final Setting<URI> ROUTER =
      Setting.of("router", Form.URL, "where the router is").orElse("http://127.0.0.1:8082");

  private static final Setting<String> TOKEN =
      Setting.of("token", Form.TEXT, "what the device shows to the router, if it asks for one")
          .asSecret();

  private static final Setting<Boolean> JSON =
      Setting.ofSwitch(
          "json", "prints a JSON object for each directive and attachment, a line each");

  @Override
  public String name() {
    return "speak";
  }

  @Override
  public String summary() {
    return "Speaks one turn as a device, prints what comes back; succeeds when the turn closed"
        + " well.";
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> settings = new ArrayList<>(List.of(SpeechSettings.DEVICE));
    settings.addAll(SpeechSettings.all());
    settings.addAll(List.of(ROUTER, TOKEN, JSON));
    return settings;
  }

  @Override
  public String logLevel() {
    return "warn";
  }

  @Override
  public int run(Invocation invocation)
      throws ConfigException, CommandException, InterruptedException {
    Settings settings = invocation.settings();
    Conversation.Observer observer =
        settings.get(JSON)
            ? new JsonLines(invocation.console().out())
            : new Narration(new Timeline(invocation.console()));
    String device = settings.get(SpeechSettings.DEVICE);
    KafkaConnection kafka = KafkaConnection.of(settings);
    try (StopSignal stop = StopSignal.install();
        SpeechSettings.Speech speech =
            SpeechSettings.open(settings, device, SpeechSettings.Fallback.NONE);
        RouterClient router =
            new RouterClient(settings.get(ROUTER), device, settings.find(TOKEN))) {
      Topics topics = new Topics(settings.get(CommonSettings.TOPIC_PREFIX));
      kafka.check(topics);
      try (SpeechPublisher publisher =
          SpeechPublisher.connect(
              kafka.address(),
              topics,
              Map.copyOf(kafka.passedThrough()),
              new SimpleMeterRegistry())) {
        // Told to end in mid-turn, it takes the turn back.
        stop.interruptible();
        Conversation.Outcome outcome =
            new Conversation(router, publisher, observer, turn -> story(kafka, topics, turn))
                .hold(speech.request(), speech.source(), speech.pacing(), speech.answerWithin());
        if (outcome.closed().isOk()) {
          return CommandRunner.DONE;
        }
        invocation
            .console()
            .err()
            .println("What happened: " + story(kafka, topics, outcome.spoken().turn()));
        return CommandRunner.FAILED;
      } catch (PublishException e) {
        throw new CommandException(String.valueOf(e.getMessage()), e);
      }
    }
  }

  private static String story(KafkaConnection kafka, Topics topics, TurnId turn) {
    return kafka.command("turn " + turn, topics);
  }
}
