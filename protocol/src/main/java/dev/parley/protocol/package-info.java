/** Names and JSON rules that messages and records share. No I/O, no threads, no clock. */
@NullMarked
package dev.parley.protocol;

import org.jspecify.annotations.NullMarked;
