package dev.parley.router;

import dev.parley.protocol.Ids;
import dev.parley.router.delivery.Authorizer;
import dev.parley.router.delivery.DeliveryConfig;
import dev.parley.router.queue.Limits;
import dev.parley.turnlog.KafkaSettings;
import dev.parley.turnlog.Topics;

/**
 * What a router has to know.
 *
 * @param group the consumer group that shares the ledger's partitions
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param authorizer who may see a device's queue
 * @param limits how much is kept for a device
 * @param delivery how devices are served
 * @param attachmentReaders attachments that may be read at a time
 */
public record RouterConfig(
    KafkaSettings kafka,
    Topics topics,
    String group,
    String host,
    int port,
    Authorizer authorizer,
    Limits limits,
    DeliveryConfig delivery,
    int attachmentReaders) {
  /** Checks the ranges. */
  public RouterConfig {
    Ids.check("group", group);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535: " + port);
    }
    if (attachmentReaders < 1) {
      throw new IllegalArgumentException("attachmentReaders must be at least 1");
    }
  }

  /** The usual, on 127.0.0.1:8082, open to all. */
  public static RouterConfig of(KafkaSettings kafka) {
    return new RouterConfig(
        kafka,
        Topics.DEFAULT,
        "parley-router",
        "127.0.0.1",
        8082,
        Authorizer.ALL,
        Limits.DEFAULT,
        DeliveryConfig.DEFAULT,
        64);
  }

  /** With these topics. */
  public RouterConfig withTopics(Topics other) {
    return new RouterConfig(
        kafka, other, group, host, port, authorizer, limits, delivery, attachmentReaders);
  }

  /** Listening there. */
  public RouterConfig withAddress(String otherHost, int otherPort) {
    return new RouterConfig(
        kafka,
        topics,
        group,
        otherHost,
        otherPort,
        authorizer,
        limits,
        delivery,
        attachmentReaders);
  }

  /** Open to those only. */
  public RouterConfig withAuthorizer(Authorizer other) {
    return new RouterConfig(
        kafka, topics, group, host, port, other, limits, delivery, attachmentReaders);
  }
}
