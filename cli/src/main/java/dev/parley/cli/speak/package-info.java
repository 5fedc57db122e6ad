/** Speaking one turn from the command line, and telling how it went. */
@NullMarked
package dev.parley.cli.speak;

import org.jspecify.annotations.NullMarked;
