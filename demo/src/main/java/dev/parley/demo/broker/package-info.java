/** Real Kafka: a broker of one node inside this process, or a cluster of three in others. */
@NullMarked
package dev.parley.demo.broker;

import org.jspecify.annotations.NullMarked;
