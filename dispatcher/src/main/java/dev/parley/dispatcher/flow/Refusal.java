package dev.parley.dispatcher.flow;

import dev.parley.protocol.record.Ending;

/**
 * Why there is no room for a turn that no dispatcher has begun yet, as its device will be told.
 *
 * @param detail a sentence
 */
public record Refusal(Ending ending, String detail) {}
