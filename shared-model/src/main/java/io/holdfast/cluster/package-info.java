/**
 * The Hazelcast contract between schedulers (members) and agents (clients): names of maps, serializers, entry processors,
 * configuration of both sides. Everything in these maps can be rebuilt from the database and the agents.
 *
 * <p>Entry processors run on partition threads, take microseconds and touch their own key only.
 */
package io.holdfast.cluster;
