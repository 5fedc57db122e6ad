package dev.parley.bench;

import dev.parley.cli.command.CommandException;
import java.util.List;

/** The same dialogs straight to the endpoint, in clear text. */
record DirectSide(Part direct) implements Side {
  @Override
  public Child measured() {
    return direct;
  }

  @Override
  public Transport transport() {
    return Transport.CLEAR;
  }

  @Override
  public void talk(int talking, int silent, long rampMillis) throws CommandException {
    if (silent > 0) {
      throw new IllegalArgumentException("nobody is silent here");
    }
    direct.ask("talk", talking, rampMillis);
  }

  @Override
  public Said hush() throws CommandException {
    return new Said(direct.ask("hush").get("chunks").asLong(), 0);
  }

  @Override
  public List<Child> processes() {
    return List.of(direct);
  }
}
