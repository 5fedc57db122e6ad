package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * StopCapture comes 300 to 1,000 ms after the true end of speech, over labelled recordings clean
 * and noisy.
 */
class EndOfSpeechRecordingsTest {
  private static final long SEED = Long.getLong("parley.seed", 20_260_101L);
  private static final int TRAILING = 3 * 16_000;

  private record Condition(Noise noise, int snr) {
    static final List<Condition> ALL =
        List.of(
            new Condition(Noise.QUIET, 45),
            new Condition(Noise.WHITE, 20),
            new Condition(Noise.WHITE, 10),
            new Condition(Noise.PINK, 15),
            new Condition(Noise.BROWN, 10),
            new Condition(Noise.HUM, 10),
            new Condition(Noise.BABBLE, 20),
            new Condition(Noise.BABBLE, 15));

    @Override
    public String toString() {
      return noise.name().toLowerCase(Locale.ROOT) + " " + snr + " dB";
    }
  }

  @Test
  void stopCaptureFallsIntoTheWindow() throws IOException {
    List<Recording> recordings = Recording.all();
    assertThat(recordings).hasSizeGreaterThanOrEqualTo(20);
    List<Recording> voices =
        recordings.stream()
            .filter(r -> r.name().startsWith("librivox") || r.name().startsWith("long"))
            .toList();
    StringBuilder table = new StringBuilder();
    table
        .append("Delay of StopCapture after the true end of speech, ms (seed ")
        .append(SEED)
        .append(")\n");
    table.append(String.format("%-20s%8s", "recording", "end"));
    Condition.ALL.forEach(c -> table.append(String.format("%14s", c)));
    table.append('\n');
    int all = 0;
    int right = 0;
    int[] rightByCondition = new int[Condition.ALL.size()];
    List<String> early = new ArrayList<>();
    for (Recording recording : recordings) {
      table.append(String.format("%-20s%8d", recording.name(), recording.endMillis()));
      for (int c = 0; c < Condition.ALL.size(); c++) {
        Condition condition = Condition.ALL.get(c);
        Random random = new Random(SEED + 31L * recording.name().hashCode() + c);
        long found = foundAtMillis(mixed(recording, condition, random, voices));
        long delay = found - recording.endMillis();
        boolean ok = found >= 0 && delay >= 300 && delay <= 1000;
        all++;
        right += ok ? 1 : 0;
        rightByCondition[c] += ok ? 1 : 0;
        if (found >= 0 && delay < 0) {
          early.add(recording.name() + " in " + condition);
        }
        table.append(
            String.format(
                "%14s", (found < 0 ? "never" : String.valueOf(delay)) + (ok ? " " : "!")));
      }
      table.append('\n');
    }
    table.append(String.format("%-20s%8s", "in the window", ""));
    for (int n : rightByCondition) {
      table.append(String.format("%13s ", n + "/" + recordings.size()));
    }
    table.append(
        String.format(
            "%n%d of %d (%.1f %%); before the true end: %s%n",
            right, all, 100.0 * right / all, early));
    System.out.println(table);

    assertThat(rightByCondition[0])
        .as("clean, in the window\n%s", table)
        .isGreaterThanOrEqualTo(atLeast(recordings.size()));
    assertThat(right)
        .as("all conditions, in the window\n%s", table)
        .isGreaterThanOrEqualTo(atLeast(all));
  }

  private static int atLeast(int of) {
    return (of * 9 + 9) / 10;
  }

  private static long foundAtMillis(short[] samples) {
    EndOfSpeech listener = new EndOfSpeech(StandInConfig.DEFAULT_HANGOVER);
    byte[] pcm = Pcm.bytes(samples);
    for (int at = 0; at < pcm.length; at += 6_400) {
      if (listener.accept(pcm, at, Math.min(6_400, pcm.length - at))) {
        // The decision leaves when the chunk it was made in has come, so that is the time which
        // counts.
        return Math.min(pcm.length, at + 6_400) / 32;
      }
    }
    return -1;
  }

  /**
   * The recording with trailing silence, and noise over both, at {@code snr} dB below the level of
   * its speech.
   */
  private static short[] mixed(
      Recording recording, Condition condition, Random random, List<Recording> voices) {
    double[] noise = condition.noise().make(recording.samples().length + TRAILING, random, voices);
    double gain = recording.level() / Math.pow(10, condition.snr() / 20.0);
    short[] mixed = new short[noise.length];
    for (int i = 0; i < mixed.length; i++) {
      double speech = i < recording.samples().length ? recording.samples()[i] : 0;
      mixed[i] =
          (short)
              Math.clamp(Math.round(speech + gain * noise[i]), Short.MIN_VALUE, Short.MAX_VALUE);
    }
    return mixed;
  }
}
