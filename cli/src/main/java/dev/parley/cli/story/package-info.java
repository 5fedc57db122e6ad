/** Telling the story of a turn, to people and to programs. */
@NullMarked
package dev.parley.cli.story;

import org.jspecify.annotations.NullMarked;
