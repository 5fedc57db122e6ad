/**
 * Breaks a running Parley in every way we can think of, and holds what became of each turn against
 * what was promised. {@link dev.parley.trials.chaos.HistoryChecker} judges; the rest speaks, breaks
 * and writes down.
 */
@NullMarked
package dev.parley.trials.chaos;

import org.jspecify.annotations.NullMarked;
