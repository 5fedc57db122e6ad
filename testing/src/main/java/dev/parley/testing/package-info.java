/** What tests of all modules share: how long they wait, and what they need of the machine. */
@NullMarked
package dev.parley.testing;

import org.jspecify.annotations.NullMarked;
