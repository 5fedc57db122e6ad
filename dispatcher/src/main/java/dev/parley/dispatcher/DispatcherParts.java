package dev.parley.dispatcher;

import dev.parley.dispatcher.cic.Cic;
import dev.parley.turnlog.BrokerClock;
import dev.parley.turnlog.LogTail;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;

/**
 * What the partitions of a dispatcher share.
 *
 * @param id random, of this process: it names its claims
 * @param partitions N, the same on all topics
 * @param holdsLease whether Kafka has lately said that this dispatcher's partitions are its own
 * @param memory what Kafka's clients may take of the heap
 * @param control for the ledger
 * @param bulk for attachments and dead letters, which must not fill the way of the ledger's records
 * @param gathering a permit for each attachment that gathers large pieces at a time
 * @param devices reads which devices a partition has
 * @param ledgerTail reads the ledger of all partitions that are owned
 * @param brokerClock learns from what is appended to the ledger
 * @param clock never stepped: durations go by it
 * @param wall may be stepped: how old a record is goes by it
 */
record DispatcherParts(
    DispatcherConfig config,
    String id,
    int partitions,
    BooleanSupplier holdsLease,
    KafkaMemory memory,
    Producer<byte[], byte[]> control,
    Producer<byte[], byte[]> bulk,
    Semaphore gathering,
    DeviceReader devices,
    Cic cic,
    Budget budget,
    SharedCircuit circuit,
    LogEnd logEnd,
    LogTail ledgerTail,
    BrokerClock brokerClock,
    MonotonicClock clock,
    InstantSource wall,
    DispatcherMetrics metrics,
    ClosedTurnLog closedTurns) {}
