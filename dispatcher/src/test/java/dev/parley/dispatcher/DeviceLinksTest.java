package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.cic.DeviceLink;
import dev.parley.dispatcher.cic.HeldBytes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With links to a CIC where nobody is. */
class DeviceLinksTest {
  private final TestParts test = new TestParts();
  private final Budget budget = new Budget(new Capacity(10, 2, 1_000), new HeldBytes(1_000));
  private final List<String> opened = new ArrayList<>();
  private int dropped;
  private final List<String> remembered = new ArrayList<>();
  private long now = DeviceMemory.AGAIN_MILLIS;
  private final DeviceLinks links =
      new DeviceLinks(
          this::open, budget, () -> dropped++, remembered::add, () -> Instant.ofEpochMilli(now));

  DeviceLinksTest() throws IOException {}

  @AfterEach
  void close() {
    links.close();
    test.close();
  }

  private DeviceLink open(String device) {
    opened.add(device);
    return test.parts
        .cic()
        .link(
            device,
            new AttachmentLog("parley.attachments", 0, 1, test.bulk, new Semaphore(1)),
            new PushedReceiver(device, new NoInbox(), test.parts.metrics()));
  }

  private DeviceLink of(String device, String... needed) {
    return links.of(device, Set.of(needed)::contains);
  }

  @Test
  void aDeviceHasOneLinkWhichIsCounted() {
    assertThat(links.isEmpty()).isTrue();
    DeviceLink link = of("kitchen");
    assertThat(of("kitchen")).isSameAs(link);
    assertThat(links.isEmpty()).isFalse();
    assertThat(of("hall")).isNotSameAs(link);
    assertThat(opened).containsExactly("kitchen", "hall");
    assertThat(budget.devices()).isEqualTo(2);
    assertThat(dropped).isZero();
  }

  @Test
  void whereThereIsNoRoomTheOneThatWasSilentLongestLosesItsLink() {
    DeviceLink kitchen = of("kitchen");
    DeviceLink hall = of("hall");
    assertThat(of("kitchen")).isSameAs(kitchen);
    DeviceLink cellar = of("cellar");
    assertThat(dropped).isEqualTo(1);
    assertThat(budget.devices()).isEqualTo(2);
    assertThat(of("kitchen")).isSameAs(kitchen);
    assertThat(of("cellar")).isSameAs(cellar);
    assertThat(of("hall")).isNotSameAs(hall);
  }

  @Test
  void whoIsNeededKeepsItsLink() {
    DeviceLink kitchen = of("kitchen");
    var _ = of("hall");
    var _ = of("cellar", "kitchen");
    assertThat(dropped).isEqualTo(1);
    assertThat(of("kitchen")).isSameAs(kitchen);
    var _ = of("attic", "kitchen", "cellar");
    assertThat(dropped).as("there is nobody to drop").isEqualTo(1);
    assertThat(budget.devices()).isEqualTo(3);
  }

  @Test
  void whoIsRecalledGetsALinkIfThereIsRoomAndIsNotInUse() {
    assertThat(links.recall("kitchen", 7)).isTrue();
    assertThat(links.recall("hall", 7)).isTrue();
    assertThat(links.recall("cellar", 7)).isFalse();
    assertThat(links.recall("hall", 8)).as("it has its own").isTrue();
    assertThat(opened).containsExactly("kitchen", "hall");
    assertThat(dropped).isZero();
    links.recalled();
    assertThat(remembered).as("nobody was in use since").isEmpty();
  }

  @Test
  void ofThoseThatAreRecalledTheOneThatCameLastLosesItsLinkFirst() {
    assertThat(links.recall("kitchen", 8)).isTrue();
    assertThat(links.recall("hall", 7)).isTrue();
    var _ = of("cellar");
    assertThat(links.has("kitchen")).isTrue();
    assertThat(links.has("hall")).isFalse();
  }

  @Test
  void whoSpeaksIsRememberedOnceItIsKnownWhoWasAndThenOnceADay() {
    var _ = of("kitchen");
    var _ = of("hall");
    assertThat(remembered).as("they may be known").isEmpty();
    assertThat(links.recall("hall", now)).isTrue();
    links.recalled();
    assertThat(remembered).containsExactly("kitchen");
    now += DeviceMemory.AGAIN_MILLIS - 1;
    var _ = of("kitchen");
    links.inUse("hall");
    assertThat(remembered).containsExactly("kitchen");
    now += 1;
    links.inUse("hall");
    links.inUse("hall");
    var _ = of("kitchen");
    assertThat(remembered).containsExactly("kitchen", "hall", "kitchen");
  }

  @Test
  void whatCouldNotBeWrittenIsWrittenWithItsUseAMinuteLater() {
    links.recalled();
    var _ = of("kitchen");
    links.forgotten("kitchen");
    now += 59_999;
    links.inUse("kitchen");
    assertThat(remembered).containsExactly("kitchen");
    now += 1;
    links.inUse("kitchen");
    assertThat(remembered).containsExactly("kitchen", "kitchen");
    links.inUse("nobody");
    assertThat(links.has("nobody")).isFalse();
  }

  @Test
  void whoIsGivenAwayIsNotRememberedHere() {
    links.recalled();
    links.retire();
    var _ = of("kitchen");
    assertThat(remembered).isEmpty();
  }

  @Test
  void onceClosedThereIsNoneAndNoneIsCounted() {
    var _ = of("kitchen");
    links.close();
    assertThat(links.isEmpty()).isTrue();
    assertThat(budget.devices()).isZero();
    assertThat(links.areSilent()).as("none is left to be heard").isTrue();
  }
}
