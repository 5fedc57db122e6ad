package dev.parley.standin;

/** How a turn's audio is laid out in parts (C16). */
public enum AudioLayout {
  /** A part for every 200 ms, 6,400 bytes; the last may be shorter. */
  PART_PER_CHUNK,
  /** One part for all of it, as one generation of the protocol had it. */
  ONE_PART
}
