package dev.parley.router.delivery;

import dev.parley.router.queue.Attachment;
import dev.parley.router.queue.Discard;
import dev.parley.router.queue.Input;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * The queues of devices, as the HTTP side needs them. Methods are called from any thread and don't
 * block; futures fail with {@link NotOwnedException} when the device's partition is not here, and
 * may never complete when it goes away meanwhile.
 */
public interface Devices {
  /**
   * Opens the device's stream; a former one ends as {@link Outlet.End#REPLACED}.
   *
   * @param after as in {@link Input.Connected}
   * @param dialog as in {@link Input.Connected}
   */
  CompletableFuture<Void> connect(
      String device, OptionalLong after, Optional<String> dialog, Outlet outlet);

  /** The stream is gone; nothing happens when another has taken its place. */
  void disconnect(String device, Outlet outlet);

  /** The device has everything up to a cursor. */
  CompletableFuture<Void> acknowledge(String device, Input.Acknowledged cursor);

  /** The device has some messages. */
  CompletableFuture<Void> acknowledge(String device, Input.MessagesAcknowledged messages);

  /** What the device was not given lately, oldest first; of one dialog, or all. */
  CompletableFuture<List<Discard>> discards(String device, Optional<String> dialog);

  /** An attachment that the device has been told of. */
  CompletableFuture<Optional<Attachment>> attachment(String device, String name);
}
