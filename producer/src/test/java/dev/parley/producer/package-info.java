/** Tests of the producer. */
@NullMarked
package dev.parley.producer;

import org.jspecify.annotations.NullMarked;
