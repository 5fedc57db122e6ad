package dev.parley.standin;

import io.netty.buffer.ByteBuf;

/** One request and its response. Every method is called on the stream's event loop. */
interface Exchange {
  /** Some of the request's body; the buffer is valid during the call. */
  void data(ByteBuf bytes);

  /** The request's END_STREAM. */
  void end();

  /** The stream is gone, as it should be or by a reset or a broken connection; once, and last. */
  void closed();
}
