package dev.parley.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
  @ParameterizedTest
  @CsvSource({
    "'','',0",
    "a,'',1",
    "'',ab,2",
    "port,port,0",
    "prot,port,1",
    "pot,port,1",
    "porrt,port,1",
    "pirt,port,1",
    "kitten,sitting,3"
  })
  void editsAreInsertionsRemovalsChangesAndSwaps(String from, String to, int edits) {
    assertThat(NearestName.edits(from, to)).isEqualTo(edits);
  }

  @Test
  void theNearestIsTheOneWithTheFewestEdits() {
    assertThat(NearestName.to("bootsrap", List.of("bench", "bootstrap", "bootes")))
        .isEqualTo("bootstrap");
  }

  @Test
  void ofTwoThatAreEquallyNearTheFirstInTheAlphabetIsNamed() {
    assertThat(NearestName.to("c", List.of("b", "a"))).isEqualTo("a");
  }
}
