package dev.parley.turnlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DevicePartitionTest {
  @ParameterizedTest
  @CsvSource({"kitchen", "living-room", "device-0001", "a", "0f8fad5b-d9cb-469f-a165-70867728950e"})
  void standsWhereKafkasOwnPartitionerWouldPutTheDeviceId(String device) {
    for (int partitions : new int[] {1, 8, 12, 50}) {
      assertThat(DevicePartition.of(device, partitions))
          .isEqualTo(BuiltInPartitioner.partitionForKey(device.getBytes(UTF_8), partitions));
    }
  }

  /** The same vectors stand in the documentation: device id, hash made positive, partition of 8. */
  @ParameterizedTest
  @CsvSource({
    "kitchen, 1408521619, 3",
    "living-room, 228104798, 6",
    "device-0001, 1566696447, 7",
    "a, 584102524, 4",
    "0f8fad5b-d9cb-469f-a165-70867728950e, 1063352469, 5"
  })
  void theDocumentedVectorsHold(String device, int hash, int ofEight) {
    assertThat(DevicePartition.of(device, Integer.MAX_VALUE)).isEqualTo(hash);
    assertThat(DevicePartition.of(device, 8)).isEqualTo(ofEight);
  }
}
