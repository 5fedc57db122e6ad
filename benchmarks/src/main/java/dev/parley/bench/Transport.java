package dev.parley.bench;

/** How all sides speak to the endpoint. */
enum Transport {
  /** HTTP/2 in clear text with prior knowledge. */
  CLEAR,

  /** TLS 1.3 with h2 by ALPN. */
  TLS;

  /** The name of this process when it speaks so. */
  String of(String process) {
    return this == CLEAR ? process : process + "-tls";
  }

  /** The root of the endpoint at this port. */
  String url(int port) {
    return (this == CLEAR ? "http" : "https") + "://127.0.0.1:" + port;
  }
}
