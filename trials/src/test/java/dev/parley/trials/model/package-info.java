/**
 * The owner's and the ledger's rules, tried in many short worlds: the real state machines of
 * dispatcher and router, everything round them simulated in one thread from one seed.
 */
@NullMarked
package dev.parley.trials.model;

import org.jspecify.annotations.NullMarked;
