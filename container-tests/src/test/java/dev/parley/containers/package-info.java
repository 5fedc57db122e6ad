/** The images as they are deployed, on a real container engine. */
@NullMarked
package dev.parley.containers;

import org.jspecify.annotations.NullMarked;
