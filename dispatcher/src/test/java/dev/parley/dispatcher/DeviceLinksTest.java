package dev.parley.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.cic.DeviceLink;
import dev.parley.dispatcher.cic.HeldBytes;
import dev.parley.dispatcher.flow.Input;
import java.io.IOException;
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
  private final DeviceLinks links = new DeviceLinks(this::open, budget, () -> dropped++);

  DeviceLinksTest() throws IOException {}

  @AfterEach
  void close() {
    links.close();
    test.close();
  }

  private DeviceLink open(String device) {
    opened.add(device);
    Inbox inbox =
        new Inbox() {
          @Override
          public void post(Input input) {}

          @Override
          public void postWhenRoom(Input input) {}

          @Override
          public void failed(Throwable cause) {}
        };
    return test.parts
        .cic()
        .link(
            device,
            new AttachmentLog("parley.attachments", 0, 1, test.bulk, new Semaphore(1)),
            new PushedReceiver(device, inbox, test.parts.metrics()));
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
  void onceClosedThereIsNoneAndNoneIsCounted() {
    var _ = of("kitchen");
    links.close();
    assertThat(links.isEmpty()).isTrue();
    assertThat(budget.devices()).isZero();
    assertThat(links.areSilent()).as("none is left to be heard").isTrue();
  }
}
