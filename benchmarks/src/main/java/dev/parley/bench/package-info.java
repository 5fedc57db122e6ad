/**
 * Measures Parley against the simplest thing that could do the same, in real processes: the broker,
 * the load, the endpoint, the dispatcher and each other side are processes of their own, which
 * {@link dev.parley.bench.Main} starts, lets take turns, and reads the CPU of. See README.md.
 */
@NullMarked
package dev.parley.bench;

import org.jspecify.annotations.NullMarked;
