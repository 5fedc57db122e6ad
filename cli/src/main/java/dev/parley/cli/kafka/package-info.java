/** How the command line reaches Kafka, and how Parley's topics are laid out there. */
@NullMarked
package dev.parley.cli.kafka;

import org.jspecify.annotations.NullMarked;
