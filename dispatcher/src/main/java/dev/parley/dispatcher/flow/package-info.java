/**
 * What the dispatcher decides, without doing it: inputs in, effects out, time passed in. Knows
 * neither Kafka nor HTTP nor threads.
 */
@NullMarked
package dev.parley.dispatcher.flow;

import org.jspecify.annotations.NullMarked;
