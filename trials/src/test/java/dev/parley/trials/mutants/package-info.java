/** Faults planted in the code, one at a time, that a test beside it must find. */
@NullMarked
package dev.parley.trials.mutants;

import org.jspecify.annotations.NullMarked;
