package dev.parley.protocol.record;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a turn was taken back, as the producer knows it. */
public enum CancelReason {
  /** The device asked for it. */
  ASKED,
  /** The device hung up in the middle. */
  HUNG_UP,
  /** The device said nothing for too long. */
  IDLE,
  /** It was spoken for longer than a turn may last. */
  TOO_LONG;

  /** As in the header. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The reason of this name; empty where it is none that this release knows. */
  static Optional<CancelReason> parse(String name) {
    return Arrays.stream(values()).filter(reason -> reason.toString().equals(name)).findFirst();
  }
}
