package dev.parley.protocol.record;

import dev.parley.protocol.MalformedException;
import dev.parley.protocol.TraceParent;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a ledger record bears beside what it says: a number by which gaps and repeats can be found,
 * and the trace it belongs to. Nobody passes a record over because of either.
 *
 * @param seq 0, 1, 2 ... of the records of an attempt of a turn, or of those that an owner writes
 *     about a device and no turn; none for records about the partition
 * @param traceparent the trace of the turn, if it has one
 */
public record Stamp(OptionalInt seq, Optional<TraceParent> traceparent) {
  /** Of a record about the partition. */
  public static final Stamp NONE = new Stamp(OptionalInt.empty(), Optional.empty());

  private static final String TRACEPARENT = "traceparent";

  /** Checks the number. */
  public Stamp {
    if (seq.isPresent() && seq.getAsInt() < 0) {
      throw new IllegalArgumentException("seq is below 0");
    }
  }

  /** A number, and no trace. */
  public static Stamp of(int seq) {
    return new Stamp(OptionalInt.of(seq), Optional.empty());
  }

  void put(Map<String, String> headers) {
    seq.ifPresent(number -> headers.put("seq", Integer.toString(number)));
    traceparent.ifPresent(trace -> headers.put(TRACEPARENT, trace.text()));
  }

  /**
   * What a record bears.
   *
   * @throws MalformedException when its number is none
   */
  public static Stamp of(RawRecord raw) throws MalformedException {
    return new Stamp(
        raw.headers().containsKey("seq") ? OptionalInt.of(raw.seq()) : OptionalInt.empty(),
        trace(raw));
  }

  /** The trace in a record's headers; one that can't be read is passed over. */
  static Optional<TraceParent> trace(RawRecord raw) {
    return Optional.ofNullable(raw.headers().get(TRACEPARENT)).flatMap(TraceParent::parse);
  }
}
