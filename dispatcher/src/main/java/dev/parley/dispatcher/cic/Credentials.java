package dev.parley.dispatcher.cic;

import java.util.Optional;

/** Where a device's token comes from. Any thread. */
@FunctionalInterface
public interface Credentials {
  /** The device's identity; empty when it is not known. */
  Optional<DeviceIdentity> of(String device);

  /**
   * Asks for a fresh token, because CIC has refused one (C39). Called once at a time for a device,
   * however many of its requests were refused; may wait, for seconds at most.
   *
   * @param refusedToken not to be logged
   * @return the identity that {@link #of} gives from now on; empty when there is no other token
   */
  default Optional<DeviceIdentity> refreshed(String device, String refusedToken) {
    return of(device).filter(identity -> !identity.token().equals(refusedToken));
  }

  /** A made-up token for each device: for the stand-in, on this machine. */
  static Credentials forDemo() {
    return device ->
        Optional.of(
            new DeviceIdentity(
                "demo-" + device, DeviceIdentity.DEFAULT_USER_AGENT, Optional.empty()));
  }
}
