package io.holdfast.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.NetworkConfig;

/** The configuration of a scheduler's member. Built in code: no file of that name on somebody's class path changes it. */
public final class MemberConfigs {

    /** The only address that is bound: Hazelcast Community knows neither TLS nor authentication. */
    public static final String HOST = "127.0.0.1";

    /** An operation that has no answer by then has failed; its outcome is unknown and it is repeated by the next pass. */
    public static final int OPERATION_TIMEOUT_MILLIS = 10_000;

    /**
     * A backup is waited for this long, unless its member is removed first, which takes {@link #MAX_NO_HEARTBEAT_SECONDS}. The least
     * that Hazelcast takes with back-pressure without a warning, since that makes some backups wait for others.
     */
    static final int BACKUP_TIMEOUT_MILLIS = 60_000;

    static final int HEARTBEAT_INTERVAL_SECONDS = 1;
    static final int MAX_NO_HEARTBEAT_SECONDS = 8;

    /**
     * Fewer than the default 271: a cluster has a handful of members with a few cores, and each partition costs a standing
     * member's start and memory.
     */
    static final int PARTITIONS = 71;

    /**
     * Hazelcast's IO threads, each way. With few, one that spins on the connection to a hung member starves the others' and
     * the rest of the cluster falls apart (seen with 5.5 to 5.7.0).
     */
    static final int IO_THREADS = 16;

    private MemberConfigs() {}

    /** What a cluster of this id is called in Hazelcast: members and clients of another are refused at the door. */
    public static String clusterName(String clusterId) {
        return "holdfast-" + clusterId;
    }

    /**
     * A scheduler that is alone: it joins nobody and is up at once.
     *
     * @param port to listen on; 0 for any free one, to be read from the started member
     */
    public static Config alone(String clusterId, int port) {
        Config config = new Config()
                .setClusterName(clusterName(clusterId))
                .setClassLoader(MemberConfigs.class.getClassLoader())
                .setSerializationConfig(ClusterFormats.config());
        network(config.getNetworkConfig(), port);
        map(config, ClusterMaps.MANIFESTS, InMemoryFormat.OBJECT);
        map(config, ClusterMaps.REPORTS, InMemoryFormat.OBJECT);
        map(config, ClusterMaps.NODES, InMemoryFormat.OBJECT);
        map(config, ClusterMaps.SPECS, InMemoryFormat.BINARY);
        config.getJetConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        config.getIntegrityCheckerConfig().setEnabled(false);
        properties(config);
        return config;
    }

    private static void network(NetworkConfig network, int port) {
        network.setPort(port).setPortAutoIncrement(false).setReuseAddress(true);
        network.getInterfaces().setEnabled(true).addInterface(HOST);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(false);
    }

    /** OBJECT where entry processors compare old and new: BINARY would deserialize the old for each. */
    private static void map(Config config, String name, InMemoryFormat format) {
        config.addMapConfig(
                new MapConfig(name).setBackupCount(1).setInMemoryFormat(format).setStatisticsEnabled(false));
    }

    private static void properties(Config config) {
        String ioThreads = String.valueOf(IO_THREADS);
        config.setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.logging.details.enabled", "false")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.prefer.ipv4.stack", "true")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.partition.count", String.valueOf(PARTITIONS))
                .setProperty("hazelcast.io.input.thread.count", ioThreads)
                .setProperty("hazelcast.io.output.thread.count", ioThreads)
                .setProperty("hazelcast.heartbeat.interval.seconds", String.valueOf(HEARTBEAT_INTERVAL_SECONDS))
                .setProperty("hazelcast.max.no.heartbeat.seconds", String.valueOf(MAX_NO_HEARTBEAT_SECONDS))
                .setProperty("hazelcast.partial.member.disconnection.resolution.heartbeat.count", "3")
                .setProperty("hazelcast.backpressure.enabled", "true")
                .setProperty("hazelcast.operation.backup.timeout.millis", String.valueOf(BACKUP_TIMEOUT_MILLIS))
                .setProperty("hazelcast.operation.call.timeout.millis", String.valueOf(OPERATION_TIMEOUT_MILLIS))
                .setProperty("hazelcast.operation.fail.on.indeterminate.state", "true")
                .setProperty("hazelcast.health.monitoring.level", "OFF")
                .setProperty("hazelcast.slow.operation.detector.enabled", "false")
                .setProperty("hazelcast.graceful.shutdown.max.wait", "10");
    }
}
