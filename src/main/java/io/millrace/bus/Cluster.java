package io.millrace.bus;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.millrace.settings.ClusterSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/** Joins processes over Hazelcast, TCP-IP only; nothing durable lives there. */
public final class Cluster {
  private Cluster() {}

  /** A Vert.x whose bus reaches the other members; fails when the address cannot be bound. */
  public static Future<Vertx> join(
      VertxBuilder builder, VertxOptions options, ClusterSettings settings) {
    options.setEventBusOptions(new EventBusOptions().setHost(settings.host()).setPort(0));
    return builder
        .with(options)
        .withClusterManager(new HazelcastClusterManager(configuration(settings)))
        .buildClustered();
  }

  private static Config configuration(ClusterSettings settings) {
    Config config = ConfigUtil.loadConfig();
    config.setClusterName(settings.name());
    config
        .setProperty("hazelcast.logging.type", "slf4j")
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.shutdownhook.enabled", "false")
        .setProperty("hazelcast.wait.seconds.before.join", "0")
        .setProperty("hazelcast.socket.bind.any", "false");
    config.getNetworkConfig().setPort(settings.port()).setPortAutoIncrement(true);
    config.getNetworkConfig().setPublicAddress(settings.host());
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(settings.host());
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setMembers(settings.members());
    return config;
  }
}
