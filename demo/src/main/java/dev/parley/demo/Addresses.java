package dev.parley.demo;

import dev.parley.cli.speak.Timeline;
import dev.parley.cli.speak.Timeline.Tone;

/** Where everything is that {@code demo --serve} keeps up. */
final class Addresses {
  private Addresses() {}

  static void print(EmbeddedPipeline pipeline, Timeline timeline) {
    timeline.note(
        Tone.PLAIN,
        """

        All of it stays up until Ctrl-C:
          Kafka      %s
          stand-in   %s (certificate: %s)
          router     %s, with /live, /ready and /metrics
          producer   %s
        Speak to it from another terminal:
          ./parley speak --device kitchen --text hello
          ./parley speak --device kitchen --wav FILE\
        """
            .formatted(
                pipeline.kafka().bootstrap(),
                pipeline.standIn().uri(),
                pipeline.standInCa(),
                pipeline.routerUrl(),
                pipeline.producerUrl()));
  }
}
