package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.DeviceLink;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** The devices of a tenure that have a place at CIC. One thread. */
final class DeviceLinks implements AutoCloseable {
  private final Function<String, DeviceLink> opens;
  private final Budget budget;
  private final Runnable dropped;

  /** The device that has been silent longest comes first. */
  private final Map<String, DeviceLink> links = new LinkedHashMap<>(16, 0.75f, true);

  private int counted;

  /**
   * None yet.
   *
   * @param opens makes a device's link
   * @param dropped told when a device loses its link to another
   */
  DeviceLinks(Function<String, DeviceLink> opens, Budget budget, Runnable dropped) {
    this.opens = opens;
    this.budget = budget;
    this.dropped = dropped;
  }

  boolean isEmpty() {
    return links.isEmpty();
  }

  /**
   * The device's link; where there is no room for one more, the device that has been silent longest
   * loses its own. It gets it back with its next turn, and hears nothing until then.
   *
   * @param isNeeded whether a device must keep its link
   */
  DeviceLink of(String device, Predicate<String> isNeeded) {
    DeviceLink link = links.get(device);
    if (link == null) {
      if (budget.isFullOfDevices()) {
        dropTheMostSilent(isNeeded);
      }
      link = opens.apply(device);
      links.put(device, link);
      count();
    }
    return link;
  }

  private void dropTheMostSilent(Predicate<String> isNeeded) {
    for (var entry : links.entrySet()) {
      if (!isNeeded.test(entry.getKey())) {
        entry.getValue().close();
        links.remove(entry.getKey());
        dropped.run();
        return;
      }
    }
  }

  /** The devices are another's: downchannels are read until CIC ends them, and none is opened. */
  void retire() {
    links.values().forEach(DeviceLink::retire);
  }

  /** Whether no downchannel is read any more. */
  boolean areSilent() {
    return links.values().stream().allMatch(DeviceLink::isSilent);
  }

  private void count() {
    budget.devices(links.size() - counted);
    counted = links.size();
  }

  @Override
  public void close() {
    links.values().forEach(DeviceLink::close);
    links.clear();
    count();
  }
}
