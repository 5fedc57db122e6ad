package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.DeviceLink;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** The devices of a tenure that have a place at CIC. One thread. */
final class DeviceLinks implements AutoCloseable {
  private static final long AFTER_FAILURE_MILLIS = 60_000;

  /** A device here, and when it was written down last that it is in use, in epoch milliseconds. */
  private static final class Place {
    private final DeviceLink link;
    private long remembered;

    Place(DeviceLink link) {
      this.link = link;
    }
  }

  private final Function<String, DeviceLink> opens;
  private final Budget budget;
  private final Runnable dropped;
  private final Consumer<String> remember;
  private final InstantSource clock;

  /** The device that has been silent longest comes first. */
  private final SequencedMap<String, Place> places = new LinkedHashMap<>(16, 0.75f, true);

  private boolean recalled;
  private int counted;

  /**
   * None yet.
   *
   * @param opens makes a device's link
   * @param dropped told when a device loses its link to another
   * @param remember told that a device is in use, once a day
   */
  DeviceLinks(
      Function<String, DeviceLink> opens,
      Budget budget,
      Runnable dropped,
      Consumer<String> remember,
      InstantSource clock) {
    this.opens = opens;
    this.budget = budget;
    this.dropped = dropped;
    this.remember = remember;
    this.clock = clock;
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  /** Whether this device has a link. */
  boolean has(String device) {
    return places.containsKey(device);
  }

  /**
   * The device's link, for a turn; where there is no room for one more, the device that has been
   * silent longest loses its own. It gets it back with its next turn, and hears nothing until then.
   *
   * @param isNeeded whether a device must keep its link
   */
  DeviceLink of(String device, Predicate<String> isNeeded) {
    Place place = places.get(device);
    if (place == null) {
      if (budget.isFullOfDevices()) {
        dropTheMostSilent(isNeeded);
      }
      place = open(device);
    }
    inUse(device, place);
    return place.link;
  }

  private Place open(String device) {
    Place place = new Place(opens.apply(device));
    places.put(device, place);
    count();
    return place;
  }

  private void dropTheMostSilent(Predicate<String> isNeeded) {
    for (var entry : places.entrySet()) {
      if (!isNeeded.test(entry.getKey())) {
        entry.getValue().link.close();
        places.remove(entry.getKey());
        dropped.run();
        return;
      }
    }
  }

  /** CIC has said something to it. */
  void inUse(String device) {
    Place place = places.get(device);
    if (place != null) {
      inUse(device, place);
    }
  }

  private void inUse(String device, Place place) {
    long now = clock.millis();
    if (recalled && now - place.remembered >= DeviceMemory.AGAIN_MILLIS) {
      place.remembered = now;
      remember.accept(device);
    }
  }

  /**
   * It had a link at a former owner's, and gets one here. Of those that come so, the one that comes
   * first is the last to lose it again.
   *
   * @param remembered when it was last written down that it is in use, in epoch milliseconds
   * @return whether there is room
   */
  boolean recall(String device, long remembered) {
    Place place = places.get(device);
    if (place == null) {
      if (budget.isFullOfDevices()) {
        return false;
      }
      place = new Place(opens.apply(device));
      places.putFirst(device, place);
      count();
    }
    place.remembered = Math.max(place.remembered, remembered);
    return true;
  }

  /** All that former owners had are known: those that are not among them are to be remembered. */
  void recalled() {
    recalled = true;
    places.forEach((device, place) -> {
      if (place.remembered == 0) {
        inUse(device, place);
      }
    });
  }

  /** It could not be written down that this device is in use; its use in a minute is. */
  void forgotten(String device) {
    Place place = places.get(device);
    if (place != null) {
      place.remembered = clock.millis() - DeviceMemory.AGAIN_MILLIS + AFTER_FAILURE_MILLIS;
    }
  }

  /** The devices are another's: downchannels are read until CIC ends them, and none is opened. */
  void retire() {
    recalled = false;
    places.values().forEach(place -> place.link.retire());
  }

  /** Whether no downchannel is read any more. */
  boolean areSilent() {
    return places.values().stream().allMatch(place -> place.link.isSilent());
  }

  private void count() {
    budget.devices(places.size() - counted);
    counted = places.size();
  }

  @Override
  public void close() {
    places.values().forEach(place -> place.link.close());
    places.clear();
    count();
  }
}
