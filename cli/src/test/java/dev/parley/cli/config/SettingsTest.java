package dev.parley.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final Setting<Integer> PORT =
      Setting.of("http-port", Form.PORT, "the port").orElse("8081");
  private static final Setting<String> KEY =
      Setting.of("seal-key", Form.TEXT, "the key").asSecret();
  private static final Setting<String> DEVICE = Setting.of("device", Form.ID, "the device's id");
  private static final Setting<Boolean> FAST = Setting.ofSwitch("fast", "without pauses");
  private static final List<Setting<?>> ALL = List.of(PORT, KEY, DEVICE, FAST, Catalog.CONFIG);
  private static final Catalog CATALOG = new Catalog(Map.of("router", ALL, "producer", ALL));

  @TempDir Path folder;

  private final Map<String, String> flags = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  private Settings resolve(String... kafka) throws ConfigException {
    return Settings.resolve(CATALOG, "router", flags, List.of(kafka), environment);
  }

  private void file(String... lines) throws IOException {
    Path file = folder.resolve("parley.properties");
    Files.write(file, List.of(lines));
    environment.put("PARLEY_CONFIG", file.toString());
  }

  @Test
  void theDefaultStandsWhenNobodySetsAnything() throws Exception {
    assertThat(resolve().get(PORT)).isEqualTo(8081);
    assertThat(resolve().isSet(PORT)).isFalse();
    assertThat(resolve().find(DEVICE)).isEmpty();
  }

  @Test
  void theFileBeatsTheDefault() throws Exception {
    file("http-port = 1", "fast=true");
    assertThat(resolve().get(PORT)).isEqualTo(1);
    assertThat(resolve().get(FAST)).isTrue();
  }

  @Test
  void theEnvironmentBeatsTheFile() throws Exception {
    file("http-port=1");
    environment.put("PARLEY_HTTP_PORT", "2");
    assertThat(resolve().get(PORT)).isEqualTo(2);
  }

  @Test
  void theFlagBeatsTheEnvironment() throws Exception {
    environment.put("PARLEY_HTTP_PORT", "2");
    environment.put("PARLEY_ROUTER_HTTP_PORT", "3");
    flags.put("http-port", "4");
    assertThat(resolve().get(PORT)).isEqualTo(4);
  }

  @Test
  void whatIsSetForOneCommandBeatsWhatIsSetForAll() throws Exception {
    file("http-port=1", "router.http-port=2", "producer.http-port=3");
    assertThat(resolve().get(PORT)).isEqualTo(2);
    environment.put("PARLEY_HTTP_PORT", "4");
    environment.put("PARLEY_ROUTER_HTTP_PORT", "5");
    assertThat(resolve().get(PORT)).isEqualTo(5);
  }

  @Test
  void aFlagNamesTheFileBeforeTheEnvironmentDoes() throws Exception {
    environment.put("PARLEY_CONFIG", folder.resolve("none").toString());
    Path other = folder.resolve("other.properties");
    Files.writeString(other, "http-port=7");
    flags.put("config", other.toString());
    assertThat(resolve().get(PORT)).isEqualTo(7);
  }

  @Test
  void anUnknownKeyInTheFileIsFatalAndTheNearestIsNamed() throws Exception {
    file("htpt-port=1");
    assertThatThrownBy(this::resolve)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("\"htpt-port\" in")
        .hasMessageEndingWith("the nearest one is http-port");
  }

  @Test
  void anUnknownVariableIsFatalAndTheNearestIsNamed() {
    environment.put("PARLEY_HTTP_PROT", "1");
    assertThatThrownBy(this::resolve)
        .hasMessage(
            "unknown environment variable PARLEY_HTTP_PROT; the nearest one is PARLEY_HTTP_PORT");
  }

  @Test
  void variablesThatKubernetesMakesForAServiceNamedParleyAreLeftAlone() throws Exception {
    environment.put("PARLEY_ROUTER_SERVICE_HOST", "10.0.0.1");
    environment.put("PARLEY_ROUTER_SERVICE_PORT", "8082");
    environment.put("PARLEY_ROUTER_SERVICE_PORT_HTTP", "8082");
    environment.put("PARLEY_ROUTER_PORT", "tcp://10.0.0.1:8082");
    environment.put("PARLEY_ROUTER_PORT_8082_TCP", "tcp://10.0.0.1:8082");
    environment.put("PARLEY_ROUTER_PORT_8082_TCP_ADDR", "10.0.0.1");
    assertThat(resolve().get(PORT)).isEqualTo(8081);
  }

  @Test
  void aValueOfTheWrongFormIsFatalAndSaysWhereItWasSetAndWhatIsRight() {
    environment.put("PARLEY_HTTP_PORT", "many");
    assertThatThrownBy(this::resolve)
        .hasMessage("PARLEY_HTTP_PORT is \"many\": it must be a number from 0 to 65535");
  }

  @Test
  void aSecretOfTheWrongFormIsNotQuoted() {
    environment.put("PARLEY_SEAL_KEY", " ");
    assertThatThrownBy(this::resolve)
        .hasMessage("PARLEY_SEAL_KEY must be a text that is not blank");
  }

  @Test
  void aSettingThatIsNeededIsAskedFor() {
    assertThatThrownBy(() -> resolve().get(DEVICE))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--device ID is needed: the device's id");
  }

  @Test
  void aFileThatIsNotThereIsFatal() {
    flags.put("config", folder.resolve("none").toString());
    assertThatThrownBy(this::resolve).hasMessageStartingWith("--config is \"");
  }

  @Test
  void kafkaKeysPassThroughWithTheSamePrecedence() throws Exception {
    file("kafka.linger.ms=1", "kafka.client.rack=a", "kafka.sasl.mechanism=PLAIN");
    environment.put("PARLEY_KAFKA_LINGER_MS", "2");
    environment.put("PARLEY_KAFKA_CLIENT_RACK", "b");
    assertThat(resolve("linger.ms=3").kafka())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("linger.ms", "3", "client.rack", "b", "sasl.mechanism", "PLAIN"));
  }

  @Test
  void anUnknownKafkaKeyIsFatalWhereverItStands() throws Exception {
    assertThatThrownBy(() -> resolve("linger=3")).hasMessageContaining("linger.ms");
    environment.put("PARLEY_KAFKA_SECURITY_PROTOCL", "SSL");
    assertThatThrownBy(this::resolve).hasMessageContaining("security.protocol");
    environment.clear();
    file("kafka.client.rak=a");
    assertThatThrownBy(this::resolve).hasMessageContaining("client.rack");
  }

  @Test
  void aKafkaKeyThatParleysPromisesRestOnIsRefusedWithItsReasonWhereverItStands() throws Exception {
    assertThatThrownBy(() -> resolve("enable.auto.commit=true"))
        .hasMessageContaining("\"enable.auto.commit\" (--kafka) is not to be set")
        .hasMessageContaining("turns would be lost");
    assertThatThrownBy(() -> resolve("group.id=mine")).hasMessageContaining("\"group\"");
    environment.put("PARLEY_KAFKA_ACKS", "1");
    assertThatThrownBy(this::resolve).hasMessageContaining("PARLEY_KAFKA_ACKS");
    environment.clear();
    file("kafka.retries=0");
    assertThatThrownBy(this::resolve).hasMessageContaining("must be safe");
  }

  @Test
  void theAddressOfKafkaHasOnePlace() {
    assertThatThrownBy(() -> resolve("bootstrap.servers=a:1"))
        .hasMessageContaining("\"bootstrap\"");
  }

  @Test
  void secretsAreMaskedWhereSettingsAreShown() throws Exception {
    environment.put("PARLEY_SEAL_KEY", "hush");
    Settings settings =
        resolve("sasl.jaas.config=hush", "ssl.key.password=hush", "client.rack=here");
    assertThat(settings.effective().toString()).doesNotContain("hush").contains("here");
    assertThat(settings.get(KEY)).isEqualTo("hush");
  }

  @Test
  void whatIsShownSaysWhereItWasSet() throws Exception {
    file("device=d-1");
    flags.put("fast", "true");
    assertThat(resolve().effective())
        .contains(
            new Settings.Effective("http-port", "8081", "default"),
            new Settings.Effective("seal-key", "", "not set"),
            new Settings.Effective("fast", "true", "--fast"))
        .anySatisfy(row -> assertThat(row.origin()).startsWith("\"device\" in "));
  }
}
