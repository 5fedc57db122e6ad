package dev.parley.dispatcher.cic;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * Hands out lanes. A lane is a client with a connection pool of its own, thus one HTTP/2
 * connection; a device stays on one lane with its downchannel and its events (C5). Any thread.
 */
final class Lanes implements AutoCloseable {
  /** One lane and how many devices live on it; guarded by {@link Lanes}. */
  static final class Lane {
    private final OkHttpClient client;
    private int devices;

    private Lane(OkHttpClient client) {
      this.client = client;
    }

    OkHttpClient client() {
      return client;
    }
  }

  private final OkHttpClient template;
  private final int devicesPerLane;
  private final List<Lane> lanes = new ArrayList<>();

  Lanes(CicSettings settings) throws IOException {
    this.devicesPerLane = settings.devicesPerLane();
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            // Repeating a request is the ledger's decision, never the client's.
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .connectTimeout(Duration.ofSeconds(5))
            // Streams live as long as people speak; the flow keeps the time.
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .pingInterval(settings.ping())
            .eventListener(new SameConnection());
    if (settings.isCleartext()) {
      builder.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    } else {
      builder.protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
      if (settings.ca().isPresent()) {
        X509TrustManager trust = trust(settings.ca().get());
        builder.sslSocketFactory(context(trust).getSocketFactory(), trust);
      }
    }
    this.template = builder.build();
  }

  synchronized Lane join() {
    for (Lane lane : lanes) {
      if (lane.devices < devicesPerLane) {
        lane.devices++;
        return lane;
      }
    }
    Lane lane =
        new Lane(
            template
                .newBuilder()
                .connectionPool(new ConnectionPool(1, 5, TimeUnit.MINUTES))
                .build());
    lane.devices = 1;
    lanes.add(lane);
    return lane;
  }

  synchronized void leave(Lane lane) {
    lane.devices--;
    if (lane.devices == 0) {
      lanes.remove(lane);
      lane.client.connectionPool().evictAll();
    }
  }

  @Override
  public synchronized void close() {
    for (Lane lane : lanes) {
      lane.client.connectionPool().evictAll();
    }
    lanes.clear();
    template.dispatcher().executorService().shutdown();
  }

  private static X509TrustManager trust(Path pem) throws IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int n = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + n++, certificate);
      }
      if (n == 0) {
        throw new IOException("no certificate in " + pem);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          return x509;
        }
      }
      throw new IOException("this Java has no X.509 trust manager");
    } catch (GeneralSecurityException e) {
      throw new IOException(pem + " holds no readable certificates (PEM): " + e.getMessage(), e);
    }
  }

  private static SSLContext context(X509TrustManager trust) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS can't be set up: " + e.getMessage(), e);
    }
  }
}
