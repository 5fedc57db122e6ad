/**
 * The layout of Parley's Kafka records: what stands in key, headers and value of each kind, checked
 * on the way in and out. Knows no Kafka class, so that any client can be checked against it.
 *
 * <p>Headers are UTF-8 text; a header the table does not name is passed over. Every record has
 * {@code v} and {@code kind}. Ids are as {@link dev.parley.protocol.Ids} says; numbers are plain
 * decimal digits. <i>dialog</i> is the turn's dialogRequestId; the partition is the device's on
 * every topic.
 *
 * <p>{@code parley.speech}: every record has {@code device}, {@code message} (the turn's
 * messageId), {@code seq} and {@code source} (the producer session's random id). {@code v=1}.
 *
 * <pre>
 *   kind         key      seq    may have       value
 *   begin        dialog   0      traceparent    the metadata part's JSON (C11), at most 512 KiB
 *   audio        dialog   1..    -              PCM (C16), even, not empty, at most 64,000 bytes
 *   end          dialog   1..    -              -
 *   cancel       dialog   1..    reason         -
 * </pre>
 *
 * <p>{@code parley.ledger}: every record has {@code attempt} ({@code owner.try}), and {@code seq}
 * but for those about the partition; {@code traceparent} may be there. A record without {@code
 * message} belongs to no turn, and its key is the device. {@code v=2}.
 *
 * <pre>
 *   kind         key      other headers                     value, JSON
 *   owner        -        -                                 dispatcher
 *   release      -        -                                 turns: [device, dialogRequestId,
 *                                                           messageId]; a renewal has none
 *   turn-begun   dialog   device, message                   event, speechOffset
 *   turn-sent    dialog   device, message                   audioBytes, audioChunks, endedBy (end
 *                                                           | stop-capture)
 *   directive    dialog   device, message, channel,         the directive as it came: header,
 *                         directive-id                      payload
 *                device   device, channel, directive-id     the same
 *   attachment   dialog   device, message, channel          state: begun, attachment, contentId,
 *                device   device, channel                   contentType, offset
 *                as before                                  state: whole | broken, attachment,
 *                                                           length, sha256
 *   turn-left    dialog   device, message                   -
 *   turn-closed  dialog   device, message                   status, reason, detail, counts: {..},
 *                                                           times: {..}
 * </pre>
 *
 * <p>{@code parley.attachments}, {@code v=2}:
 *
 * <pre>
 *   kind         key               other headers                            value
 *   piece        dialog | device   device, attempt, attachment, seq (0..);  at most 256 KiB; only
 *                                  on the last: end (whole | broken),       a last one may be empty
 *                                  length, sha256
 * </pre>
 *
 * <p>{@code parley.devices}, compacted, {@code v=1}:
 *
 * <pre>
 *   kind         key      value
 *   device       device   JSON, an empty object
 * </pre>
 */
@NullMarked
package dev.parley.protocol.record;

import org.jspecify.annotations.NullMarked;
