package dev.parley.router;

import dev.parley.router.delivery.Devices;
import dev.parley.router.delivery.NotOwnedException;
import dev.parley.router.delivery.Outlet;
import dev.parley.router.queue.Attachment;
import dev.parley.router.queue.Discard;
import dev.parley.router.queue.Input;
import dev.parley.turnlog.DevicePartition;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Finds the owner of a device's partition and asks it on its partition's thread. Any thread. */
final class OwnedDevices implements Devices {
  private final InstantSource clock;
  private final Map<Integer, LedgerOwner> owners = new ConcurrentHashMap<>();

  /** N of all topics; 0 until Kafka has said it. */
  private volatile int partitions;

  OwnedDevices(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on devices have partitions, {@code n} in all. */
  void cutInto(int n) {
    partitions = n;
  }

  int partitions() {
    return partitions;
  }

  void add(int partition, LedgerOwner owner) {
    owners.put(partition, owner);
  }

  /** It owns the partition no longer; another may do already. */
  void remove(int partition, LedgerOwner owner) {
    owners.remove(partition, owner);
  }

  private <T> CompletableFuture<T> ask(String device, Function<LedgerOwner, T> question) {
    int all = partitions;
    if (all == 0) {
      return CompletableFuture.failedFuture(
          new NotOwnedException("this router is starting; its /ready says what it waits for"));
    }
    int partition = DevicePartition.of(device, all);
    LedgerOwner owner = owners.get(partition);
    if (owner == null) {
      return CompletableFuture.failedFuture(
          new NotOwnedException(
              "partition " + partition + " of this device is not with this router; ask another"));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    owner.post(() -> {
      try {
        answer.complete(question.apply(owner));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  private CompletableFuture<Void> tell(String device, Consumer<LedgerOwner> what) {
    return ask(
            device,
            owner -> {
              what.accept(owner);
              return true;
            })
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Void> connect(
      String device, OptionalLong after, Optional<String> dialog, Outlet outlet) {
    return tell(
        device,
        owner -> owner.connect(device, new Input.Connected(after, dialog, clock.millis()), outlet));
  }

  @Override
  public void disconnect(String device, Outlet outlet) {
    var _ = tell(device, owner -> owner.disconnect(device, outlet));
  }

  @Override
  public CompletableFuture<Void> acknowledge(String device, Input.Acknowledged cursor) {
    return tell(device, owner -> owner.apply(device, cursor));
  }

  @Override
  public CompletableFuture<Void> acknowledge(String device, Input.MessagesAcknowledged messages) {
    return tell(device, owner -> owner.apply(device, messages));
  }

  @Override
  public CompletableFuture<List<Discard>> discards(String device, Optional<String> dialog) {
    return ask(device, owner -> owner.queues().discards(device, dialog));
  }

  @Override
  public CompletableFuture<Optional<Attachment>> attachment(String device, String name) {
    return ask(device, owner -> owner.queues().attachment(device, name));
  }
}
