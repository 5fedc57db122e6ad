package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.standin.StandIn;
import dev.parley.standin.Transport;
import dev.parley.testing.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How CIC is reached, and what is shown to it. */
final class CicTest {
  private static final URI NOBODY = URI.create("http://127.0.0.1:9");

  @RegisterExtension private final CicBench bench = new CicBench();

  private static DeviceIdentity identity(String token) {
    return new DeviceIdentity(token, DeviceIdentity.DEFAULT_USER_AGENT, Optional.empty());
  }

  private StandIn overTls() {
    return bench.standIn(config -> config.withTransport(new Transport.MadeCertificate()));
  }

  @Test
  void everyRequestBearsWhatTheDeviceShows() throws Exception {
    Cic cic = bench.cic(NOBODY);
    Request request =
        cic.request(
                new DeviceIdentity("secret", "Maker/Product/1.0.0 (OS 1;HW 1)", Optional.of("a,b")),
                "v1/events")
            .build();
    assertThat(request.url().toString()).isEqualTo("http://127.0.0.1:9/v1/events");
    assertThat(request.header("Authorization")).isEqualTo("Bearer secret");
    assertThat(request.header("User-Agent")).isEqualTo("Maker/Product/1.0.0 (OS 1;HW 1)");
    assertThat(request.header("X-Clova-Device-Tags")).isEqualTo("a,b");
    assertThat(cic.request(identity("secret"), "v1/events").build().headers().names())
        .containsExactlyInAnyOrder("Authorization", "User-Agent");
  }

  @Test
  void aCicThatTakesConnectionsIsNoTrouble() throws Exception {
    Cic cic = bench.cic(bench.standIn().uri());
    await("the probe").until(() -> cic.trouble().isEmpty());
  }

  @Test
  void aCicThatTakesNoConnectionsIsTrouble() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Cic cic = bench.cic(URI.create("http://127.0.0.1:" + port));
    await("the probe")
        .until(() -> cic.trouble().orElse("").contains(port + " does not take connections"));
  }

  @Test
  void whereADeviceHasAConnectionNobodyElseIsAskedWhetherCicTakesAny() throws Exception {
    EndpointProbe proven = new EndpointProbe(NOBODY, () -> true);
    await("no trouble").until(() -> proven.trouble().isEmpty());
    proven.close();
    EndpointProbe alone = new EndpointProbe(NOBODY, () -> false);
    await("the probe")
        .until(() -> alone.trouble().orElse("").contains("does not take connections"));
    alone.close();
  }

  @Test
  void thatADeviceHasAConnectionIsKnownByItsLane() throws Exception {
    Cic cic = bench.cic(bench.standIn().uri());
    assertThat(cic.allLanes().isAnyConnected()).isFalse();
    DeviceLink link = bench.link(cic, "kitchen");
    bench.begin(link, "kitchen").speakAndEndWell();
    assertThat(cic.allLanes().isAnyConnected()).isTrue();
    assertThat(cic.allLanes().devices()).isEqualTo(1);
    link.close();
    await("nobody").until(() -> !cic.allLanes().isAnyConnected());
    assertThat(cic.allLanes().devices()).isZero();
  }

  @Test
  void aPrivateCaIsTrustedWhereItIsGiven(@TempDir Path folder) throws Exception {
    StandIn standIn = overTls();
    Path ca = folder.resolve("ca.pem");
    standIn.writeCaPem(ca);
    Cic cic = bench.cic(standIn.uri(), settings -> settings.withCa(ca));
    bench.begin(bench.link(cic, "kitchen"), "kitchen").speakAndEndWell();
    assertThat(standIn.verdicts().failures()).isEmpty();
  }

  @Test
  void aCertificateThatIsNotTrustedIsSaidToBeWhy() throws Exception {
    Cic cic = bench.cic(overTls().uri(), settings -> settings.withHelloLimit(Duration.ofMillis(1)));
    DeviceLink link = bench.link(cic, "kitchen");
    await("a second opening").until(() -> cic.lanes().opens() >= 2);
    assertThat(bench.begin(link, "kitchen").told.end()).isEqualTo("broken tls-failed");
  }

  @Test
  void aCaFileWithoutCertificatesIsRefused(@TempDir Path folder) throws Exception {
    Path empty = Files.createFile(folder.resolve("ca.pem"));
    URI url = URI.create("https://127.0.0.1:9");
    assertThatThrownBy(() -> bench.cic(url, settings -> settings.withCa(empty)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no certificate in " + empty);
  }

  @Test
  void aFreshTokenIsAskedForOnceAndWhoComesMeanwhileWaits() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch mayAnswer = new CountDownLatch(1);
    AtomicInteger times = new AtomicInteger();
    CompletableFuture<String> token = new CompletableFuture<>();
    Credentials credentials =
        new Credentials() {
          @Override
          public Optional<DeviceIdentity> of(String device) {
            return Optional.of(identity(token.getNow("old")));
          }

          @Override
          public Optional<DeviceIdentity> refreshed(String device, String refused) {
            times.incrementAndGet();
            asked.countDown();
            try {
              assertThat(mayAnswer.await(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            token.complete("new");
            return of(device);
          }
        };
    Cic cic = bench.cic(NOBODY, credentials, settings -> settings);
    FutureTask<Boolean> first = new FutureTask<>(() -> cic.refreshed("kitchen", "old"));
    FutureTask<Boolean> second = new FutureTask<>(() -> cic.refreshed("kitchen", "old"));
    Thread.ofVirtual().start(first);
    assertThat(asked.await(Patience.LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Thread waits = Thread.ofVirtual().start(second);
    await("the second to wait").until(() -> waits.getState() == Thread.State.WAITING);
    mayAnswer.countDown();
    assertThat(first.get()).isTrue();
    assertThat(second.get()).isTrue();
    assertThat(cic.refreshed("kitchen", "old")).isTrue();
    assertThat(times.get()).isEqualTo(1);
    assertThat(cic.lanes().tokenRefreshes()).isEqualTo(1);
  }

  @Test
  void credentialsThatThrowGiveNoFreshTokenAndAreAskedAgain() throws Exception {
    AtomicInteger times = new AtomicInteger();
    Credentials credentials =
        new Credentials() {
          @Override
          public Optional<DeviceIdentity> of(String device) {
            return Optional.of(identity("old"));
          }

          @Override
          public Optional<DeviceIdentity> refreshed(String device, String refused) {
            times.incrementAndGet();
            throw new IllegalStateException("as the test wants it");
          }
        };
    Cic cic = bench.cic(NOBODY, credentials, settings -> settings);
    assertThat(cic.refreshed("kitchen", "old")).isFalse();
    assertThat(cic.refreshed("kitchen", "old")).isFalse();
    assertThat(times.get()).isEqualTo(2);
  }
}
