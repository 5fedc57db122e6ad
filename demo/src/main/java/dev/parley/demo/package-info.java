/** Parley with everything round it in one process, for trying out and for tests. */
@NullMarked
package dev.parley.demo;

import org.jspecify.annotations.NullMarked;
