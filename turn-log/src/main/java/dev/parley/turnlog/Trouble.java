package dev.parley.turnlog;

import java.io.Serializable;

/**
 * What keeps a {@link Part} from working. {@code /live} and {@code /ready} follow from it alone: a
 * part without trouble is live and ready, one that waits is live and not ready, a dead one neither.
 */
public sealed interface Trouble extends Serializable {
  /** A sentence for an operator; the same for as long as the trouble is. */
  String why();

  /** The part goes on by itself once this has passed: a restart would not mend it. */
  record Waiting(String why) implements Trouble {}

  /** Only a new process can go on. */
  record Dead(String why) implements Trouble {}
}
