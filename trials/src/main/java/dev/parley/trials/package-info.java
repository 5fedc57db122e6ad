/** What Parley is put through: things are broken on purpose, and the promise is asked for. */
@NullMarked
package dev.parley.trials;

import org.jspecify.annotations.NullMarked;
