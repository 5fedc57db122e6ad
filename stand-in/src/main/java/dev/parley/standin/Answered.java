package dev.parley.standin;

import io.netty.buffer.ByteBuf;

/** A request that has its answer already; what else it sends is not looked at. */
record Answered() implements Exchange {
  @Override
  public void data(ByteBuf bytes) {}

  @Override
  public void end() {}

  @Override
  public void closed() {}
}
