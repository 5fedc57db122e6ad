package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.flow.LedgerView;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommitMetadataTest {
  private static LedgerView view(String metadata) {
    return CommitMetadata.view(new OffsetAndMetadata(5, metadata), 100);
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    assertThat(CommitMetadata.of(1_234, 56)).isEqualTo("ledger=1234,owner=56");
    LedgerView view = view(CommitMetadata.of(1_234, 56));
    assertThat(view.from()).isEqualTo(1_234);
    assertThat(view.owner()).isEqualTo(56);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ledger=7",
        "ledger=,owner=3",
        "ledger=7,owner=",
        "ledger=seven,owner=3",
        "from another,owner=3",
        ",owner=3",
        "LEDGER=7,owner=3"
      })
  void whatIsMissingOrAnothersMakesTheWholeLedgerBeRead(String metadata) {
    LedgerView view = view(metadata);
    assertThat(view.from()).isZero();
    assertThat(view.owner()).isZero();
  }
}
