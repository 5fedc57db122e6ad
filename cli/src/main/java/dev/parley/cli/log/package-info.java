/** One-line logs on standard error. */
@NullMarked
package dev.parley.cli.log;

import org.jspecify.annotations.NullMarked;
