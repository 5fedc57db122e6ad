@NullMarked
package dev.parley.router.queue;

import org.jspecify.annotations.NullMarked;
