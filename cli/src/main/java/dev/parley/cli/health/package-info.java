/** How a part tells whether it is well: {@code /live}, {@code /ready} and {@code /metrics}. */
@NullMarked
package dev.parley.cli.health;

import org.jspecify.annotations.NullMarked;
