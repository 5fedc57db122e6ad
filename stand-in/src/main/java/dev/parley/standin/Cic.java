package dev.parley.standin;

import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What all connections of one stand-in share; every part is safe for use by several threads. */
record Cic(
    StandInConfig config,
    Verdicts verdicts,
    Clients clients,
    Scripts scripts,
    ReceivedTurns turns,
    Random random,
    AtomicLong requests,
    LongAdder echoesCut) {

  static Cic of(StandInConfig config, long seed) {
    return new Cic(
        config,
        new Verdicts(config.verdictsFile()),
        new Clients(),
        new Scripts(config.script(), config.downchannel()),
        new ReceivedTurns(),
        new Random(seed),
        new AtomicLong(),
        new LongAdder());
  }
}
