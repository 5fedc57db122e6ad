package dev.parley.protocol.multipart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** C46: what the Content-Type of a response may look like. */
class BoundaryOfTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "multipart/form-data; boundary=abc | abc",
        "multipart/related; boundary=abc; | abc",
        "multipart/related;boundary=abc | abc",
        "Multipart/Related ; type=\"application/json\" ; BOUNDARY = abc | abc",
        "multipart/mixed; boundary=\"a;b =c\" | 'a;b =c'",
        "multipart/mixed; boundary=\"a\\\"b\" | 'a\"b'",
        "multipart/mixed; x=\"boundary=no;\"; boundary=yes | yes",
        "multipart/mixed; boundary=first; boundary=second | first",
        "multipart/mixed; boundary=\"abc | '\"abc'",
      })
  void theBoundaryIsFound(String contentType, String boundary) throws MalformedException {
    assertThat(MultipartReader.boundaryOf(contentType)).isEqualTo(boundary);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'' | not multipart",
        "application/json; boundary=abc | not multipart",
        "multipart | not multipart",
        "multipart/related | names no boundary",
        "multipart/related; boundary | names no boundary",
        "multipart/related; xboundary=abc | names no boundary",
        "multipart/related; boundary= | 1 to 70",
        "multipart/related; boundary=\"\" | 1 to 70",
        "multipart/related; boundary=\"abc \" | 1 to 70",
        "'multipart/related; boundary=a\tb' | 1 to 70",
        "multipart/related; boundary=\u00e9 | 1 to 70",
      })
  void whatNamesNoBoundaryIsMalformed(String contentType, String message) {
    assertThatThrownBy(() -> MultipartReader.boundaryOf(contentType))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aBoundaryHasAtMost70Characters() throws MalformedException {
    String longest = "b".repeat(70);
    assertThat(MultipartReader.boundaryOf("multipart/mixed; boundary=" + longest))
        .isEqualTo(longest);
    assertThatThrownBy(() -> MultipartReader.boundaryOf("multipart/mixed; boundary=b" + longest))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> new MultipartReader("", MultipartReader.Limits.DEFAULT, new Heard()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
