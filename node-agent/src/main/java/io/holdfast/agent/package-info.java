/**
 * The unprivileged process of a node that faces the cluster: it enrols, registers the node's capacity, compares its manifest
 * with what the keeper runs and acts on the difference, and reports what it observed. It may be killed, hung or upgraded:
 * containers, logs, exit codes and deadlines do not depend on it.
 *
 * <pre>
 *  Line (lease, streams) ──► AgentVerticle ◄── ClusterLink (manifest, specifications) ◄── Hazelcast
 *                                 │
 *                             NodeLoop ── Sight ─► Reconciler (pure) ─► Plan
 *                                 │                                      │
 *                  report, registration ─► ClusterLink         works ─► WorkRunner ─► KeeperClient ─► keeper
 *                                                     memory ─► Memory ─► DataDir
 * </pre>
 *
 * <p>Threads: everything runs on one Vert.x event loop; Hazelcast's callbacks and the keeper's socket hop onto it. Files are
 * written on one worker thread.
 */
package io.holdfast.agent;
