package dev.parley.dispatcher.cic;

import java.util.Optional;

/** Where a device's token comes from. Any thread. */
@FunctionalInterface
public interface Credentials {
  /** The device's identity; empty when it is not known. */
  Optional<DeviceIdentity> of(String device);

  /** A made-up token for each device: for the stand-in, on this machine. */
  static Credentials forDemo() {
    return device ->
        Optional.of(
            new DeviceIdentity(
                "demo-" + device, DeviceIdentity.DEFAULT_USER_AGENT, Optional.empty()));
  }
}
