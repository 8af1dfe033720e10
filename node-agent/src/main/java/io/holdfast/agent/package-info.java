/**
 * The unprivileged process of a node that faces the cluster: it enrols, registers the node's capacity, compares its manifest
 * with what the keeper runs and acts on the difference, and reports what it observed. It may be killed, hung or upgraded:
 * containers, logs, exit codes and deadlines do not depend on it.
 *
 * <p>Threads: everything runs on one Vert.x event loop; Hazelcast's callbacks and the keeper's socket hop onto it.
 */
package io.holdfast.agent;
