package dev.parley.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK's HTTP client, which speaks h2 by ALPN, against the stand-in's own certificate. */
class TlsTest {
  private static final String TOKEN = "a-token";

  @Test
  void aWholeTurnOverTls(@TempDir Path folder) throws Exception {
    try (StandIn standIn = StandIn.start(StandInConfig.DEFAULT)) {
      Path ca = folder.resolve("ca.pem");
      standIn.writeCaPem(ca);
      try (HttpClient client = trusting(Files.readString(ca), HttpClient.Version.HTTP_2)) {
        HttpResponse<InputStream> downchannel =
            client.send(
                request(standIn, "/v1/directives").build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(downchannel.version()).isEqualTo(HttpClient.Version.HTTP_2);
        String hello = readUntil(downchannel.body(), "\"name\":\"Hello\"");
        assertThat(hello).contains("Clova");
        HttpResponse<byte[]> response =
            client.send(
                request(standIn, "/v1/events")
                    .header("content-type", "multipart/form-data; boundary=" + EventBytes.BOUNDARY)
                    .POST(
                        HttpRequest.BodyPublishers.ofInputStream(() ->
                            new ByteArrayInputStream(
                                EventBytes.speechTurn(
                                    EventBytes.id(), EventBytes.id(), new byte[40_000]))))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body().length).isGreaterThan(40_000);
        assertThat(standIn.verdicts().failures()).isEmpty();
        downchannel.body().close();
      }
    }
  }

  @Test
  void aClientWithoutH2IsTurnedAway() throws Exception {
    try (StandIn standIn = StandIn.start(StandInConfig.DEFAULT);
        HttpClient client = trusting(standIn.caPem().orElseThrow(), HttpClient.Version.HTTP_1_1)) {
      assertThatThrownBy(() ->
              client.send(
                  request(standIn, "/ping").build(), HttpResponse.BodyHandlers.discarding()))
          .isInstanceOf(IOException.class);
      assertThat(standIn.verdicts().failed(Row.C1)).isPositive();
    }
  }

  @Test
  void oneMayBringOnesOwnCertificate(@TempDir Path folder) throws Exception {
    X509Bundle own =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=own")
            .addSanIpAddress("127.0.0.1")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Path chain = Files.writeString(folder.resolve("chain.pem"), own.getCertificatePathPEM());
    Path key = Files.writeString(folder.resolve("key.pem"), own.getPrivateKeyPEM());
    StandInConfig config =
        StandInConfig.DEFAULT.withTransport(new Transport.OwnCertificate(chain, key));
    try (StandIn standIn = StandIn.start(config);
        HttpClient client = trusting(own.getCertificatePEM(), HttpClient.Version.HTTP_2)) {
      HttpResponse<Void> pong =
          client.send(request(standIn, "/ping").build(), HttpResponse.BodyHandlers.discarding());
      assertThat(pong.statusCode()).isEqualTo(204);
      assertThat(standIn.caPem()).isEmpty();
    }
    assertThatThrownBy(
            () -> StandIn.start(config.withTransport(new Transport.OwnCertificate(key, chain))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key.pem");
  }

  private static HttpRequest.Builder request(StandIn standIn, String path) {
    return HttpRequest.newBuilder(URI.create(standIn.uri() + path))
        .header("authorization", "Bearer " + TOKEN)
        .header("user-agent", TestClient.USER_AGENT);
  }

  private static String readUntil(InputStream in, String text) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = in.read();
      assertThat(next).as("the stream ended after: %s", read).isNotNegative();
      read.append((char) next);
    }
    return read.toString();
  }

  private static HttpClient trusting(String pem, HttpClient.Version version) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(
                    pem.getBytes(java.nio.charset.StandardCharsets.US_ASCII))));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).version(version).build();
  }
}
