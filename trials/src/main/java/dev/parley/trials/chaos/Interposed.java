package dev.parley.trials.chaos;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** What stands between the parts of a run; tests plant faults with it. */
interface Interposed {
  /** Nothing. */
  Interposed NOTHING = new Interposed() {};

  /** Where devices find the router that is there. */
  default URI router(URI router) {
    return router;
  }

  /** A folder with classes that dispatchers load in the place of their own. */
  default Optional<Path> dispatcherClasses() {
    return Optional.empty();
  }
}
