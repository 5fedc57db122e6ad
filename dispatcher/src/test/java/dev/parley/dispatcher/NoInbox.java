package dev.parley.dispatcher;

import dev.parley.dispatcher.flow.Input;

/** Of nobody who wants to hear anything. */
final class NoInbox implements Inbox {
  @Override
  public void post(Input input) {}

  @Override
  public void postWhenRoom(Input input) {}

  @Override
  public void failed(Throwable cause) {}
}
