/**
 * Multipart bodies: written for event requests (C11 to C16), read from responses (C35, C36, C46).
 */
@NullMarked
package dev.parley.protocol.multipart;

import org.jspecify.annotations.NullMarked;
