package dev.parley.router.queue;

import dev.parley.protocol.TurnId;
import java.util.Optional;

/**
 * A directive that its device was not given, so that nobody has to guess why it stayed silent.
 *
 * @param messageId the directive's; empty where CIC gave it none
 * @param name its full name
 * @param offset where it stands in the ledger
 * @param millis when it was discarded, in epoch milliseconds
 */
public record Discard(
    Reason reason,
    String messageId,
    String name,
    Optional<String> dialog,
    Optional<TurnId> turn,
    long offset,
    long millis) {}
