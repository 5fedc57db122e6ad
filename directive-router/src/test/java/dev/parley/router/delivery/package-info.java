@NullMarked
package dev.parley.router.delivery;

import org.jspecify.annotations.NullMarked;
