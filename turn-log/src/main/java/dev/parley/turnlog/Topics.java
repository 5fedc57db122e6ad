package dev.parley.turnlog;

import java.util.List;

/**
 * The names of Parley's topics.
 *
 * @param prefix what they begin with, {@code parley} by default
 */
public record Topics(String prefix) {
  /** The usual names. */
  public static final Topics DEFAULT = new Topics("parley");

  /** Speech from devices: {@link dev.parley.protocol.record.SpeechRecord}. */
  public String speech() {
    return prefix + ".speech";
  }

  /** What became of every turn: {@link dev.parley.protocol.record.LedgerRecord}. */
  public String ledger() {
    return prefix + ".ledger";
  }

  /** Bytes of attachments: {@link dev.parley.protocol.record.AttachmentPiece}. */
  public String attachments() {
    return prefix + ".attachments";
  }

  /** What the router must still know after the ledger was passed; compacted. */
  public String routerState() {
    return prefix + ".router-state";
  }

  /**
   * Which devices have a downchannel: {@link dev.parley.protocol.record.DeviceRecord}; compacted.
   */
  public String devices() {
    return prefix + ".devices";
  }

  /** What could not be read or used, with its reason and origin. */
  public String deadLetters() {
    return prefix + ".dead-letters";
  }

  /** All of them. */
  public List<String> all() {
    return List.of(speech(), ledger(), attachments(), routerState(), devices(), deadLetters());
  }
}
