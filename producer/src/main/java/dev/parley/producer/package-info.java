/**
 * The device's edge: audio from files, streams, microphones or HTTP, cut into chunks and published
 * as turns to {@code parley.speech}.
 */
@NullMarked
package dev.parley.producer;

import org.jspecify.annotations.NullMarked;
