package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KafkaMemoryTest {
  private static final long MIB = 1024 * 1024;

  @Test
  void withLittleHeapAndManyPartitionsAllOfItTogetherFitsIntoWhatCapacityLeaves() {
    long heap = 96 * MIB;
    KafkaMemory memory = KafkaMemory.of(heap, 64);
    // Two readers a partition, with an answer in hand and one on its way.
    long all =
        2L * memory.fetch()
            + memory.readAhead()
            + 2 * memory.buffer()
            + 64L * 4 * memory.reread()
            + (long) StoredAttachment.PIECE * memory.gathering()
            + 64L * memory.rememberedTurns() * 600;
    assertThat(all).isLessThan(heap / 2);
  }

  @Test
  void withMuchHeapItIsNoMoreThanHelps() {
    KafkaMemory memory = KafkaMemory.of(16 * 1024 * MIB, 12);
    assertThat(memory.fetch()).isEqualTo((int) (8 * MIB));
    assertThat(memory.buffer()).isEqualTo(32 * MIB);
    assertThat(memory.reread()).isEqualTo((int) MIB);
    assertThat(memory.rememberedTurns()).isEqualTo(20_000);
  }

  @Test
  void kafkasClientsAreToldOfIt() {
    KafkaMemory memory = new KafkaMemory((int) (4 * MIB), MIB, 3 * MIB, 70_000, 48, 500);
    assertThat(memory.ofGroupConsumer())
        .containsEntry("fetch.max.bytes", (int) (4 * MIB))
        .containsEntry("max.partition.fetch.bytes", (int) MIB)
        .containsEntry("max.poll.records", 256);
    assertThat(memory.ofReader())
        .containsEntry("fetch.max.bytes", 70_000)
        .containsEntry("max.partition.fetch.bytes", 70_000);
    assertThat(memory.ofProducer()).containsEntry("buffer.memory", 3 * MIB);
    assertThat(memory.ofBulkProducer())
        .containsEntry("buffer.memory", 3 * MIB)
        .containsEntry("delivery.timeout.ms", 20_000);
  }
}
