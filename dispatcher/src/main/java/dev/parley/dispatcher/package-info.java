/**
 * The dispatcher: brings each turn from Kafka to CIC as one streaming request, and CIC's answers to
 * the ledger.
 */
@NullMarked
package dev.parley.dispatcher;

import org.jspecify.annotations.NullMarked;
