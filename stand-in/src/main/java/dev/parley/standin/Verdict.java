package dev.parley.standin;

import java.time.Instant;

/**
 * Whether one request kept one row of the checklist.
 *
 * @param at when the verdict was written
 * @param request number of the request since the start, from 1; 0 for what concerns a whole
 *     connection
 * @param client digest of the client's token, empty if unknown
 * @param dialogRequestId as sent, empty if unknown
 * @param messageId as sent, empty if unknown
 * @param row the row
 * @param ok whether it was kept
 * @param detail what was seen or what was wrong; never a token or audio
 */
public record Verdict(
    Instant at,
    long request,
    String client,
    String dialogRequestId,
    String messageId,
    Row row,
    boolean ok,
    String detail) {}
