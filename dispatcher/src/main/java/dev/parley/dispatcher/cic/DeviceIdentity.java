package dev.parley.dispatcher.cic;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.UserAgent;
import java.util.Optional;

/**
 * What a device shows to CIC (C8 to C10).
 *
 * @param token its access token; private, so it appears in no {@link #toString}
 * @param userAgent checked against C9
 * @param tags the value of X-Clova-Device-Tags
 */
public record DeviceIdentity(String token, String userAgent, Optional<String> tags) {
  /** What a device says it is when nobody has said otherwise. */
  public static final String DEFAULT_USER_AGENT = "Parley/Dispatcher/0.1.0 (Linux;JVM)";

  /** Checks the token and the User-Agent. */
  public DeviceIdentity {
    if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("the token must be printable ASCII without blanks");
    }
    try {
      UserAgent.parse(userAgent);
    } catch (MalformedException e) {
      throw new IllegalArgumentException("User-Agent: " + e.getMessage(), e);
    }
    tags.ifPresent(value -> {
      if (!value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
        throw new IllegalArgumentException("device tags must be printable ASCII");
      }
    });
  }

  @Override
  public String toString() {
    return "DeviceIdentity[userAgent=" + userAgent + ", token=****]";
  }
}
