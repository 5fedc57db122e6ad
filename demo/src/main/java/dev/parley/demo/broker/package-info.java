/** A real Kafka broker of one node, inside this process. */
@NullMarked
package dev.parley.demo.broker;

import org.jspecify.annotations.NullMarked;
