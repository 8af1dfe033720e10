package io.holdfast.cluster;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig.ReconnectMode;
import com.hazelcast.client.config.RoutingMode;
import java.util.List;

/** The configuration of an agent's client: one connection, nothing that blocks, nothing that is repeated behind our back. */
public final class ClientConfigs {

    /** An operation that has no answer by then has failed; the next pass repeats it. */
    public static final int INVOCATION_TIMEOUT_SECONDS = 10;

    static final int CONNECT_TIMEOUT_MILLIS = 3_000;
    static final int FIRST_RETRY_MILLIS = 100;
    static final int LONGEST_RETRY_MILLIS = 1_000;

    private ClientConfigs() {}

    /**
     * @param hazelcastCluster the cluster's name, as {@link MemberConfigs#clusterName} makes it and the line's welcome says it
     * @param addresses {@code host:port} of members, at least one
     * @param name of the client, in the members' logs
     */
    public static ClientConfig agent(String hazelcastCluster, List<String> addresses, String name) {
        ClientConfig config = new ClientConfig();
        config.setClusterName(hazelcastCluster);
        config.setInstanceName("holdfast-agent-" + name);
        config.setClassLoader(ClientConfigs.class.getClassLoader());
        config.setSerializationConfig(ClusterFormats.config());
        config.getNetworkConfig()
                .setAddresses(addresses)
                .setConnectionTimeout(CONNECT_TIMEOUT_MILLIS)
                .setRedoOperation(false);
        config.getNetworkConfig().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getClusterRoutingConfig().setRoutingMode(RoutingMode.SINGLE_MEMBER);
        ClientConnectionStrategyConfig strategy = config.getConnectionStrategyConfig();
        strategy.setAsyncStart(true).setReconnectMode(ReconnectMode.ASYNC);
        strategy.getConnectionRetryConfig()
                .setInitialBackoffMillis(FIRST_RETRY_MILLIS)
                .setMaxBackoffMillis(LONGEST_RETRY_MILLIS)
                .setMultiplier(1.5)
                .setJitter(0.2);
        config.getMetricsConfig().setEnabled(false);
        config.setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.logging.details.enabled", "false")
                .setProperty("hazelcast.client.shuffle.member.list", "true")
                .setProperty("hazelcast.client.invocation.timeout.seconds", String.valueOf(INVOCATION_TIMEOUT_SECONDS))
                .setProperty("hazelcast.client.operation.fail.on.indeterminate.state", "true")
                .setProperty("hazelcast.client.heartbeat.interval", "1000")
                .setProperty("hazelcast.client.heartbeat.timeout", "8000")
                .setProperty("hazelcast.client.event.thread.count", "1")
                .setProperty("hazelcast.client.io.input.thread.count", "1")
                .setProperty("hazelcast.client.io.output.thread.count", "1")
                .setProperty("hazelcast.client.response.thread.count", "1")
                .setProperty("hazelcast.client.statistics.enabled", "false");
        return config;
    }
}
