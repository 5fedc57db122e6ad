/**
 * A stand-in for CIC: an HTTP/2 server that checks what a client sends, listens to its audio, and
 * answers as CIC would, or as a script says. {@link dev.parley.standin.StandIn} is where to begin.
 */
@NullMarked
package dev.parley.standin;

import org.jspecify.annotations.NullMarked;
