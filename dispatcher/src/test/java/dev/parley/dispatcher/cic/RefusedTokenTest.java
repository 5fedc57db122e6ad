package dev.parley.dispatcher.cic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dispatcher.cic.BarePeer.Manners;
import dev.parley.standin.ClientId;
import dev.parley.standin.DownchannelScript;
import dev.parley.standin.Reply;
import dev.parley.standin.Script;
import dev.parley.standin.StandIn;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a token that CIC refuses does to downchannels and events (C39). */
final class RefusedTokenTest {
  @RegisterExtension private final CicBench bench = new CicBench();

  @Test
  void aRefusedTokenIsAskedForOnceHoweverManyWait() throws Exception {
    StandIn standIn = bench.standIn();
    ClientId old = ClientId.of("old");
    standIn.scripts().when(turn -> turn.client().equals(old), Script.replying(Reply.status(401)));
    Tokens tokens = new Tokens(Optional.of("new"));
    Cic cic = bench.cic(standIn.uri(), tokens, settings -> settings);
    DeviceLink link = bench.link(cic, "kitchen");
    List<Utterance> refused = Stream.generate(() -> bench.begin(link, "kitchen")).limit(5).toList();
    refused.forEach(event -> event.speak(1));
    refused.forEach(event -> event.call.finish());
    // Once there is a fresh token the downchannel is opened anew with it: who comes to CIC while
    // there is none gets 412 (C40), and is tried again likewise.
    assertThat(refused)
        .extracting(event -> event.told.end())
        .contains("broken cic-401, may heal")
        .isSubsetOf("broken cic-401, may heal", "ended 412");
    assertThat(tokens.asked.get()).isEqualTo(1);
    assertThat(cic.lanes().tokenRefreshes()).isEqualTo(1);
    bench.begin(link, "kitchen").speakAndEndWell();
    assertThat(tokens.asked.get()).isEqualTo(1);
  }

  /** CIC may end it no sooner than the user has spoken. */
  @Test
  void aRefusalThatDoesNotEndKeepsNobodyFromAFreshToken() throws Exception {
    BarePeer peer = bench.peer(Manners.GOOD.withBegun(stream -> stream.head(401)));
    Cic cic = bench.cic(peer.uri(), new Tokens(Optional.of("new")), settings -> settings);
    Utterance event = bench.begin(bench.link(cic, "kitchen"), "kitchen");
    event.speak(1);
    assertThat(event.told.end()).isEqualTo("broken cic-401, may heal");
  }

  @Test
  void withoutAFreshTokenARefusalIsFinal() throws Exception {
    StandIn standIn = bench.standIn();
    standIn.scripts().always(Script.replying(Reply.status(401)));
    Tokens tokens = new Tokens(Optional.empty());
    Cic cic = bench.cic(standIn.uri(), tokens, settings -> settings);
    Utterance event = bench.begin(bench.link(cic, "kitchen"), "kitchen");
    event.speak(1);
    event.call.finish();
    assertThat(event.told.end()).isEqualTo("ended 401");
  }

  @Test
  void aDownchannelThatIsRefusedIsOpenedOnceMoreWithAFreshToken() throws Exception {
    StandIn standIn = bench.standIn();
    standIn.scripts().nextDownchannel(DownchannelScript.refusedWith(401));
    Tokens tokens = new Tokens(Optional.of("new"));
    Cic cic = bench.cic(standIn.uri(), tokens, settings -> settings);
    bench.begin(bench.link(cic, "kitchen"), "kitchen").speakAndEndWell();
    assertThat(tokens.asked.get()).isEqualTo(1);
    assertThat(standIn.hasDownchannel(ClientId.of("new"))).isTrue();
  }

  @Test
  void aTurnIsToldThatTheTokenIsRefusedAndIsServedOnceItIsReplaced() throws Exception {
    StandIn standIn = bench.standIn();
    standIn.scripts().alwaysDownchannel(DownchannelScript.refusedWith(401));
    Tokens tokens = new Tokens(Optional.empty());
    Cic cic = bench.cic(standIn.uri(), tokens, settings -> settings);
    DeviceLink link = bench.link(cic, "kitchen");
    assertThat(bench.begin(link, "kitchen").told.end()).isEqualTo("broken cic-401");
    standIn.scripts().alwaysDownchannel(DownchannelScript.DEFAULT);
    tokens.token = "replaced";
    bench.begin(link, "kitchen").speakAndEndWell();
  }

  /** Gives the same token until it is asked for a fresh one. */
  private static final class Tokens implements Credentials {
    private final Optional<String> fresh;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String token = "old";

    Tokens(Optional<String> fresh) {
      this.fresh = fresh;
    }

    @Override
    public Optional<DeviceIdentity> of(String device) {
      return Optional.of(
          new DeviceIdentity(token, DeviceIdentity.DEFAULT_USER_AGENT, Optional.empty()));
    }

    @Override
    public Optional<DeviceIdentity> refreshed(String device, String refusedToken) {
      asked.incrementAndGet();
      fresh.ifPresent(now -> token = now);
      return of(device).filter(identity -> !identity.token().equals(refusedToken));
    }
  }
}
