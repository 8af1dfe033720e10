/**
 * The agent's way to Hazelcast: {@link io.holdfast.agent.cluster.ClusterLink} keeps its registration and report there and looks
 * at its manifest, {@link io.holdfast.agent.cluster.ManifestGate} says which manifests are believed, {@link
 * io.holdfast.agent.cluster.SpecCache} holds the specifications they name.
 *
 * <p>Threads: Hazelcast's client works on threads of its own; every answer hops to the agent's context before it touches
 * anything.
 */
package io.holdfast.agent.cluster;
