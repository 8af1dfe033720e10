package io.holdfast.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.holdfast.model.state.Manifest;
import io.holdfast.model.state.NodeRegistration;
import io.holdfast.model.state.Report;

/**
 * The maps. A node's documents have its id as key, specifications the hash of their canonical JSON. The format's version is
 * part of each name, so that two versions never read each other's entries by accident.
 */
public final class ClusterMaps {
    private static final String SUFFIX = ".v" + Format.VERSION;

    /** Written by the leader with {@link PublishManifest}, read by the node's agent. */
    public static final String MANIFESTS = "holdfast.manifests" + SUFFIX;

    /** Written by the node's agent with {@link PublishReport}, read by the leader. */
    public static final String REPORTS = "holdfast.reports" + SUFFIX;

    /** Written by the node's agent with {@link RegisterNode}, read by the leader. */
    public static final String NODES = "holdfast.nodes" + SUFFIX;

    /** Groups' specifications as canonical JSON, written by the leader before any manifest that names them. */
    public static final String SPECS = "holdfast.specs" + SUFFIX;

    private ClusterMaps() {}

    public static IMap<String, Manifest> manifests(HazelcastInstance hazelcast) {
        return hazelcast.getMap(MANIFESTS);
    }

    public static IMap<String, Report> reports(HazelcastInstance hazelcast) {
        return hazelcast.getMap(REPORTS);
    }

    public static IMap<String, NodeRegistration> nodes(HazelcastInstance hazelcast) {
        return hazelcast.getMap(NODES);
    }

    public static IMap<String, String> specs(HazelcastInstance hazelcast) {
        return hazelcast.getMap(SPECS);
    }
}
