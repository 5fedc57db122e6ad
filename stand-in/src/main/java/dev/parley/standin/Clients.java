package dev.parley.standin;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All clients that were ever seen. Safe for use by several threads. */
final class Clients {
  private final Map<ClientId, ClientState> states = new ConcurrentHashMap<>();

  ClientState of(ClientId client) {
    return states.computeIfAbsent(client, id -> new ClientState());
  }
}
