/** The command line of what is deployed: the parts, and what one needs to run them. */
@NullMarked
package dev.parley.cli;

import org.jspecify.annotations.NullMarked;
