@NullMarked
package dev.parley.standin;

import org.jspecify.annotations.NullMarked;
