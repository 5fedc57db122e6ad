package dev.parley.standin;

import java.nio.file.Path;

/** How clients reach the stand-in. */
public sealed interface Transport {
  /** HTTP/2 with prior knowledge. */
  record Cleartext() implements Transport {}

  /**
   * TLS with ALPN h2; the certificate is made at start, by a CA whose certificate {@link
   * StandIn#caPem} gives.
   */
  record MadeCertificate() implements Transport {}

  /**
   * TLS with ALPN h2 and one's own certificate.
   *
   * @param chain PEM file of the certificate and those above it
   * @param key PEM file of its key, PKCS 8, not encrypted
   */
  record OwnCertificate(Path chain, Path key) implements Transport {}
}
