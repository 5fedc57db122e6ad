package dev.parley.trials.mutants;

import java.util.List;

/**
 * A fault to plant.
 *
 * @param what is wrong then
 * @param module the module's folder
 * @param source of the class, below the module's {@code src/main/java/dev/parley}
 * @param was the sound text, which stands there once
 * @param is what stands there instead
 * @param tests classes below {@code dev.parley} of which one must find it
 */
record Mutant(
    String what, String module, String source, String was, String is, List<String> tests) {
  private static final String LOOP = "turnlog.PartitionLoopTest";

  /** Those that all tests of pipelines once passed with, and a few of their like. */
  static final List<Mutant> ALL =
      List.of(
          new Mutant(
              "a lost partition is committed like a revoked one",
              "turn-log",
              "turnlog/Assignment.java",
              "var _ = partitions.takeAway(taken, Taken.LOST, Duration.ZERO);",
              "giveAway(taken, Taken.LOST, REVOKED);",
              List.of(LOOP)),
          new Mutant(
              "a revoked partition is not committed",
              "turn-log",
              "turnlog/Assignment.java",
              "commits.sendLast(last,",
              "if (last.size() > 1_000) commits.sendLast(last,",
              List.of(LOOP)),
          new Mutant(
              "a revocation may take eight seconds",
              "turn-log",
              "turnlog/Assignment.java",
              "REVOKED = Duration.ofMillis(80);",
              "REVOKED = Duration.ofSeconds(8);",
              List.of(LOOP)),
          new Mutant(
              "a thousand partitions are taken over at a time",
              "turn-log",
              "turnlog/HeldPartitions.java",
              "TAKE_OVERS = 8;",
              "TAKE_OVERS = 1_000;",
              List.of(LOOP)),
          new Mutant(
              "the poll thread is woken whatever it does",
              "turn-log",
              "turnlog/WakeUp.java",
              "if (polling.compareAndSet(true, false)) {",
              "if (polling.compareAndSet(true, false) || consumer != null) {",
              List.of(LOOP)),
          new Mutant(
              "an owner that fails ends the worker",
              "turn-log",
              "turnlog/OwnerRun.java",
              "fail(work.failure(e));",
              "throw e;",
              List.of(LOOP)),
          new Mutant(
              "a record that an owner failed on is handed over again",
              "turn-log",
              "turnlog/OwnerAtWork.java",
              "if (failed.isUnfit(record.offset())) {",
              "if (failed.isUnfit(-record.offset())) {",
              List.of(LOOP)),
          new Mutant(
              "a partition is read however far its worker is behind",
              "turn-log",
              "turnlog/Mailbox.java",
              "case ROOMY -> batches.get() < BATCHES;",
              "case ROOMY -> true;",
              List.of(LOOP)),
          new Mutant(
              "much is read ahead of a worker that is stuck",
              "turn-log",
              "turnlog/Mailbox.java",
              "case FULL -> false;",
              "case FULL -> true;",
              List.of(LOOP)),
          new Mutant(
              "a partition that is behind holds up its neighbours",
              "turn-log",
              "turnlog/Mailbox.java",
              "case TIGHT -> batches.get() == 0;",
              "case TIGHT -> false;",
              List.of(LOOP)),
          new Mutant(
              "what waited for a worker that has ended is never room again",
              "turn-log",
              "turnlog/Mailbox.java",
              "mail instanceof Mail.Batch batch && worked(batch)",
              "mail instanceof Mail.Batch && batches.get() < 0",
              List.of("turnlog.MailboxTest")),
          new Mutant(
              "an acknowledged record that is not read back is not missed",
              "dispatcher",
              "dispatcher/ReadBack.java",
              "      miss(next.offset);\n",
              "",
              List.of("dispatcher.TenureTest")),
          new Mutant(
              "a close counts whoever has claimed before it",
              "dispatcher",
              "dispatcher/flow/PartitionFlow.java",
              "} else if (by > s.owner) {",
              "} else if (by > s.owner && record.about().isPresent()) {",
              List.of("dispatcher.flow.OtherOwnersTest")),
          new Mutant(
              "who leaves settles behind a claim that did not know of it",
              "dispatcher",
              "dispatcher/flow/HandOver.java",
              "filter(turn -> !named.contains(turn.id))",
              "filter(turn -> named.isEmpty() && !named.isEmpty())",
              List.of("dispatcher.flow.RevocationTest")),
          new Mutant(
              "an offset that is not in the log is looked for again and again",
              "turn-log",
              "turnlog/LogTail.java",
              "reading.broken(e.partitions(),",
              "reading.broken(java.util.Set.of(),",
              List.of("turnlog.LogTailTest")),
          new Mutant(
              "a writer takes more than it has room for",
              "turn-log",
              "turnlog/LogWriter.java",
              "room.acquire(bytes(append));",
              "room.acquire(0);",
              List.of("turnlog.LogWriterTest")),
          new Mutant(
              "a broker's clock is not looked at",
              "turn-log",
              "turnlog/BrokerClock.java",
              "if (appendedMillis > 0) {",
              "if (appendedMillis < 0) {",
              List.of("turnlog.BrokerClockTest")),
          new Mutant(
              "the lease is always held",
              "turn-log",
              "turnlog/Commits.java",
              "return nanos.getAsLong() - leaseNanos < LEASE_NANOS;",
              "return true;",
              List.of("turnlog.CommitsTest")),
          new Mutant(
              "the lease counts from the acknowledgement",
              "turn-log",
              "turnlog/Commits.java",
              "            leaseNanos = now;",
              "            leaseNanos = nanos.getAsLong();",
              List.of("turnlog.CommitsTest")),
          new Mutant(
              "one broker's word is enough for a record",
              "turn-log",
              "turnlog/KafkaSettings.java",
              "config.put(ProducerConfig.ACKS_CONFIG, \"all\");",
              "config.put(ProducerConfig.ACKS_CONFIG, \"1\");",
              List.of("turnlog.KafkaSettingsTest")),
          new Mutant(
              "a writer that is closed drops what it accepted",
              "turn-log",
              "turnlog/LogWriter.java",
              "if (isOverdue()) {",
              "if (isOverdue() || closed) {",
              List.of("turnlog.LogWriterTest")),
          new Mutant(
              "who loses a claim believes that it has won",
              "dispatcher",
              "dispatcher/flow/ClaimRace.java",
              "return dispatcher.equals(winner);",
              "return winner != null;",
              List.of("dispatcher.TakeOverTest")),
          new Mutant(
              "a claim is made without the lease",
              "dispatcher",
              "dispatcher/PartitionClaim.java",
              "if (!parts.holdsLease().getAsBoolean()) {",
              "if (number < 0) {",
              List.of("dispatcher.PartitionClaimTest")),
          new Mutant(
              "a record that could not be appended is passed over",
              "dispatcher",
              "dispatcher/ClaimLedger.java",
              "desk.startOver(\"the ledger can't be written: \" + cause);",
              "closed = closed;",
              List.of("dispatcher.TenureTest")),
          new Mutant(
              "a void tenure keeps its calls",
              "dispatcher",
              "dispatcher/Calls.java",
              "calls.values().forEach(EventCall::abort);",
              "",
              List.of("dispatcher.TenureTest")),
          new Mutant(
              "all turns that ask go ahead to see whether CIC is back",
              "dispatcher",
              "dispatcher/SharedCircuit.java",
              "return before.admits(nowMillis);",
              "return before.admits(nowMillis) || before.isOpen();",
              List.of("dispatcher.SharedCircuitTest")),
          new Mutant(
              "commits pass records that are not in the dead letters yet",
              "dispatcher",
              "dispatcher/DeadLetterHold.java",
              "return held.isEmpty() ? commit : held.firstEntry().getValue();",
              "return commit;",
              List.of("dispatcher.DeadLetterHoldTest")),
          new Mutant(
              "Retry-After is ignored by the flow",
              "dispatcher",
              "dispatcher/flow/Answers.java",
              "tries.retry(turn, response.retryAfterMillis())",
              "tries.retry(turn, 0)",
              List.of("dispatcher.flow.RetryTest")),
          new Mutant(
              "Retry-After is not read",
              "dispatcher",
              "dispatcher/cic/RetryAfter.java",
              "Math.multiplyExact(Long.parseLong(header.strip()), 1_000)",
              "Math.multiplyExact(Long.parseLong(header.strip()), 0)",
              List.of("dispatcher.cic.RetryAfterTest")),
          new Mutant(
              "closed turns are remembered for ever",
              "dispatcher",
              "dispatcher/flow/LedgerView.java",
              "if (closed.size() > most) {",
              "if (closed.size() < 0) {",
              List.of("dispatcher.flow.RememberedTurnsTest")),
          new Mutant(
              "what was forgotten is said again",
              "dispatcher",
              "dispatcher/flow/Hearing.java",
              "if (former.mayHaveClosed(input, id)) {",
              "if (former.mayHaveClosed(input, id) && id == null) {",
              List.of("dispatcher.flow.RememberedTurnsTest")),
          new Mutant(
              "a store that fails is the connection's fault",
              "dispatcher",
              "dispatcher/cic/StreamReader.java",
              "throw e.getCause();",
              "throw new IOException(e.getMessage());",
              List.of("dispatcher.cic.StreamReaderTest")),
          new Mutant(
              "a token is in texts",
              "dispatcher",
              "dispatcher/cic/DeviceIdentity.java",
              "\", token=****]\"",
              "\", token=\" + token + \"]\"",
              List.of("dispatcher.cic.DeviceIdentityTest")),
          new Mutant(
              "the router takes records that belong elsewhere",
              "directive-router",
              "router/LedgerOwner.java",
              "if (device.isPresent()\n",
              "if (device.isPresent() && partitions < 0\n",
              List.of("router.LedgerOwnerTest")),
          new Mutant(
              "credentials are never read again",
              "cli",
              "cli/credentials/CredentialsFile.java",
              "if (read.filter(stamp::equals).isEmpty()) {",
              "if (read.filter(stamp::equals).isEmpty() && identities.isEmpty()) {",
              List.of("cli.credentials.CredentialsFileTest")));
}
