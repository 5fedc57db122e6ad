package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.message.Directive;
import dev.parley.protocol.record.Ending;
import dev.parley.testing.Patience;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a call's listener was told. Told on the call's threads, read on any. */
class Told implements EventCall.Listener {
  /** One thing that came on a stream, in a line. */
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private final List<Directive> directives = new CopyOnWriteArrayList<>();
  private final CompletableFuture<String> end = new CompletableFuture<>();
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch uploaded = new CountDownLatch(1);
  private final CountDownLatch uploadRefused = new CountDownLatch(1);
  private volatile Optional<Ending> ending = Optional.empty();
  private volatile Optional<Directive> error = Optional.empty();
  private volatile long retryAfterMillis;

  /** The first of its last words. */
  String end() {
    try {
      return end.get(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the event has no end", e);
    }
  }

  boolean hasEnded() {
    return end.isDone();
  }

  void awaitRequested() {
    await(requested);
  }

  void awaitUploaded() {
    await(uploaded);
  }

  boolean isUploadRefused() {
    return uploadRefused.getCount() == 0;
  }

  boolean isRequested() {
    return requested.getCount() == 0;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** What came, in order. */
  List<String> heard() {
    return List.copyOf(heard);
  }

  List<Directive> directives() {
    return List.copyOf(directives);
  }

  /** Why it broke, if it did. */
  Optional<Ending> ending() {
    return ending;
  }

  /** The exception that came with an error status. */
  Optional<Directive> error() {
    return error;
  }

  long retryAfterMillis() {
    return retryAfterMillis;
  }

  @Override
  public void requested() {
    requested.countDown();
  }

  @Override
  public void uploaded() {
    uploaded.countDown();
  }

  @Override
  public void uploadRefused() {
    uploadRefused.countDown();
  }

  @Override
  public void ended(int status, Optional<Directive> cause, long millis) {
    error = cause;
    retryAfterMillis = millis;
    heard.add("ended " + status);
    end.complete("ended " + status);
  }

  @Override
  public void broken(Ending why, String detail, boolean mayHeal) {
    if (!end.isDone()) {
      ending = Optional.of(why);
    }
    end.complete("broken " + why.reason() + (mayHeal ? ", may heal" : ""));
  }

  @Override
  public void directive(Directive directive) {
    directives.add(directive);
    heard.add(directive.header().fullName());
  }

  @Override
  public void attachmentBegun(String name, String contentId, String contentType, long offset) {
    heard.add(name + " begins at " + offset);
  }

  @Override
  public void attachmentEnded(String name, long length, String sha256, boolean whole) {
    heard.add(name + (whole ? " is whole, " : " broke off, ") + length + " bytes");
  }

  @Override
  public void ignored(String reason) {
    heard.add("ignored: " + reason);
  }
}
