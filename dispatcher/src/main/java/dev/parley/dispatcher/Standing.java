package dev.parley.dispatcher;

import java.util.Optional;

/**
 * How a partition in a dispatcher's hands stood lately.
 *
 * @param heldBytes speech that waits for CIC to take it
 * @param ledgerLagMillis for how long a ledger record has been acknowledged that is not read back
 * @param eldest the open turn that began first
 */
record Standing(
    int partition,
    int openTurns,
    long heldBytes,
    long ledgerLagMillis,
    Optional<OpenTurn> eldest) {}
