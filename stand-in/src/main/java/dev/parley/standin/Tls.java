package dev.parley.standin;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * TLS with ALPN h2.
 *
 * @param context for the connections
 * @param caPem the certificate to trust, if it was made here
 */
record Tls(SslContext context, Optional<String> caPem) {

  /** Nothing for cleartext. */
  static Optional<Tls> of(StandInConfig config) {
    return switch (config.transport()) {
      case Transport.Cleartext _ -> Optional.empty();
      case Transport.MadeCertificate _ -> Optional.of(made(config.host()));
      case Transport.OwnCertificate own -> Optional.of(own(own));
    };
  }

  private static Tls made(String host) {
    try {
      X509Bundle ca =
          new CertificateBuilder()
              .ecp256()
              .subject("CN=Parley stand-in CA")
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
      CertificateBuilder leaf =
          new CertificateBuilder()
              .ecp256()
              .subject("CN=Parley stand-in")
              .addSanDnsName("localhost")
              .addSanIpAddress("127.0.0.1")
              .addSanIpAddress("::1")
              .addExtendedKeyUsageServerAuth();
      if (host.chars().anyMatch(Character::isLetter) && host.indexOf(':') < 0) {
        leaf.addSanDnsName(host);
      } else {
        leaf.addSanIpAddress(host);
      }
      X509Bundle bundle = leaf.buildIssuedBy(ca);
      SslContext context =
          withAlpn(
              SslContextBuilder.forServer(
                  bundle.getKeyPair().getPrivate(), bundle.getCertificatePath()));
      return new Tls(context, Optional.of(ca.getCertificatePEM()));
    } catch (Exception e) {
      throw new IllegalStateException("no certificate can be made for " + host, e);
    }
  }

  private static Tls own(Transport.OwnCertificate own) {
    try {
      return new Tls(
          withAlpn(SslContextBuilder.forServer(own.chain().toFile(), own.key().toFile())),
          Optional.empty());
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the certificate " + own.chain() + " or its key cannot be used: " + e.getMessage(), e);
    }
  }

  private static SslContext withAlpn(SslContextBuilder builder) throws SSLException {
    return builder
        .sslProvider(SslProvider.JDK)
        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2))
        .build();
  }
}
