/**
 * CIC's messages: events, context and directives as sealed records; unknown ones kept as they are.
 */
@NullMarked
package dev.parley.protocol.message;

import org.jspecify.annotations.NullMarked;
