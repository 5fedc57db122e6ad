package dev.parley.cli;

import dev.parley.cli.command.CommonSettings;
import dev.parley.cli.config.ConfigException;
import dev.parley.cli.config.Form;
import dev.parley.cli.config.Setting;
import dev.parley.cli.config.Settings;
import dev.parley.turnlog.Topics;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What the long-running parts are told alike. */
final class PartSettings {
  static final Setting<String> HTTP_HOST =
      Setting.of("http-host", Form.TEXT, "the address to listen on; 0.0.0.0 is every one")
          .orElse("127.0.0.1");

  private PartSettings() {}

  static Setting<Integer> httpPort(String fallback, String serves) {
    return Setting.of("http-port", Form.PORT, "where it serves " + serves + "; 0 takes a free one")
        .orElse(fallback);
  }

  static Topics topics(Settings settings) throws ConfigException {
    return new Topics(settings.get(CommonSettings.TOPIC_PREFIX));
  }

  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
