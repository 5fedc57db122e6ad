package dev.parley.router.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, 14.1.2. */
class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 0",
    "bytes=2-4, 2, 4",
    "bytes=2-, 2, 9",
    "bytes=2-99, 2, 9",
    "bytes=-3, 7, 9",
    "bytes=-99, 0, 9"
  })
  @DisplayName("One range, of ten bytes")
  void one(String header, long first, long last) throws Exception {
    assertThat(ByteRange.parse(header, 10)).contains(new ByteRange(first, last));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-1,3-4", "items=0-1", "bytes=4-2", "bytes=-", "bytes=a-b", ""})
  @DisplayName("Other forms are ignored")
  void ignored(String header) throws Exception {
    assertThat(ByteRange.parse(header, 10)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=99-100", "bytes=-0"})
  @DisplayName("Where no byte is asked for: 416")
  void unsatisfiable(String header) {
    assertThatThrownBy(() -> ByteRange.parse(header, 10))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status).isEqualTo(416));
  }
}
