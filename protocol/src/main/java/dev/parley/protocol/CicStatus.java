package dev.parley.protocol;

/** What CIC means by a status, whether of a downchannel or of an event (C38 to C40, C42). */
public enum CicStatus {
  /** It has taken what was sent: 200, 204. */
  SERVED,
  /** A proxy says that CIC is not there: 502, 503, 504. Says nothing of the request. */
  AWAY,
  /** The same request may fare better in a moment: 408, 412, 429, and what else is CIC's fault. */
  PASSING,
  /** Another token may be let in: 401. */
  REFUSED_TOKEN,
  /** Whether the device may be there at all is in question: 403, 423, 451. */
  BARRED,
  /** The same request is refused whenever it comes. */
  FINAL;

  /** What a status means. */
  public static CicStatus of(int status) {
    return switch (status) {
      case 200, 204 -> SERVED;
      case 502, 503, 504 -> AWAY;
      case 408, 412, 429 -> PASSING;
      case 401 -> REFUSED_TOKEN;
      case 403, 423, 451 -> BARRED;
      case 501 -> FINAL;
      default -> status >= 500 ? PASSING : FINAL;
    };
  }

  /** Whether the same request may fare better in another try. */
  public boolean isTriedAgain() {
    return switch (this) {
      case AWAY, PASSING -> true;
      case SERVED, REFUSED_TOKEN, BARRED, FINAL -> false;
    };
  }
}
