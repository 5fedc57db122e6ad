/**
 * What a device is to be given, and when: the rules of CIC's dialogs and queues (C21 to C35) as a
 * pure state machine. Knows no Kafka, no HTTP, no clock and no threads; every class here belongs to
 * one thread at a time.
 */
@NullMarked
package dev.parley.router.queue;

import org.jspecify.annotations.NullMarked;
