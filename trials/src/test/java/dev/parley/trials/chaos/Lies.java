package dev.parley.trials.chaos;

import dev.parley.trials.chaos.LyingRouter.Lie;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** What a router could do to its devices. A lie begins when {@code now} says so. */
final class Lies {
  private final BooleanSupplier now;

  Lies(BooleanSupplier now) {
    this.now = now;
  }

  private boolean is(String event, String name, String part) {
    return now.getAsBoolean() && event.startsWith("event: " + name + "\n") && event.contains(part);
  }

  private boolean speaks(String event) {
    return is(event, "directive", "\"Speak\"");
  }

  private boolean ends(String event) {
    return is(event, "turn-closed", "");
  }

  Lie tellsTwice(Plant plant) {
    return new Edit(plant, this::speaks, event -> List.of(event, event));
  }

  Lie neverTells(Plant plant, String part) {
    return new Edit(plant, event -> is(event, "directive", part), _ -> List.of());
  }

  /** A turn's end, told otherwise. */
  Lie tellsAnotherEnd(Plant plant, UnaryOperator<String> other) {
    return new Edit(plant, this::ends, event -> List.of(other.apply(event)));
  }

  /** The answer's text after its sound. */
  Lie tellsInAnotherOrder(Plant plant) {
    return new Delay(
        plant,
        event ->
            is(event, "directive", "dialogRequestId")
                && !speaks(event)
                && event.contains("\"RenderText\""),
        this::speaks);
  }

  Lie tellsAfterTheEnd(Plant plant) {
    return new Delay(plant, this::speaks, this::ends);
  }

  /** What one device is told. */
  Lie overhears(Queue<String> heard) {
    return new Lie() {
      @Override
      public List<String> event(String event) {
        if (speaks(event)) {
          heard.add(event);
        }
        return List.of(event);
      }
    };
  }

  /** What another device was told is told to this one too. */
  Lie tellsWhatIsAnothers(Plant plant, Queue<String> heard) {
    return new Lie() {
      @Override
      public List<String> event(String event) {
        List<String> told = new ArrayList<>();
        for (String others = heard.poll(); others != null; others = heard.poll()) {
          // Without its id, which is a place in another partition.
          told.add(others.replaceFirst("\nid: \\d+", ""));
          plant.done();
        }
        told.add(event);
        return told;
      }
    };
  }

  /** The stream breaks after an acknowledgement, and the next begins with what was acknowledged. */
  Lie tellsAgainWhatWasAcknowledged(Plant plant) {
    Queue<String> spoken = new ConcurrentLinkedQueue<>();
    return new Lie() {
      @Override
      public List<String> event(String event) {
        if (speaks(event)) {
          spoken.clear();
          spoken.add(event);
        }
        return List.of(event);
      }

      @Override
      public boolean acknowledged() {
        return !spoken.isEmpty();
      }

      @Override
      public List<String> opened() {
        List<String> again = List.copyOf(spoken);
        spoken.clear();
        if (!again.isEmpty()) {
          plant.done();
        }
        return again;
      }
    };
  }

  Lie changesAttachments(Plant plant) {
    return new Bytes(
        plant,
        bytes -> {
          byte[] other = bytes.clone();
          other[other.length / 2] ^= 1;
          return other;
        });
  }

  Lie shortensAttachments(Plant plant) {
    return new Bytes(plant, bytes -> Arrays.copyOf(bytes, bytes.length / 2));
  }

  private final class Bytes implements Lie {
    private final Plant plant;
    private final UnaryOperator<byte[]> edit;

    private Bytes(Plant plant, UnaryOperator<byte[]> edit) {
      this.plant = plant;
      this.edit = edit;
    }

    @Override
    public byte[] attachment(byte[] bytes) {
      if (!now.getAsBoolean() || bytes.length < 2) {
        return bytes;
      }
      plant.done();
      return edit.apply(bytes);
    }
  }

  private record Edit(
      Plant plant, Predicate<String> which, java.util.function.Function<String, List<String>> edit)
      implements Lie {
    @Override
    public List<String> event(String event) {
      if (!which.test(event)) {
        return List.of(event);
      }
      plant.done();
      return edit.apply(event);
    }
  }

  /** Tells one thing after another which it came before. */
  private static final class Delay implements Lie {
    private final Plant plant;
    private final Predicate<String> early;
    private final Predicate<String> late;
    private final List<String> kept = new ArrayList<>();

    private Delay(Plant plant, Predicate<String> early, Predicate<String> late) {
      this.plant = plant;
      this.early = early;
      this.late = late;
    }

    @Override
    public List<String> event(String event) {
      if (early.test(event)) {
        kept.add(event);
        return List.of();
      }
      if (!late.test(event) || kept.isEmpty()) {
        return List.of(event);
      }
      plant.done();
      List<String> told = new ArrayList<>();
      told.add(event);
      told.addAll(kept);
      kept.clear();
      return told;
    }
  }
}
