/**
 * The Hazelcast contract between schedulers (members) and agents (clients): names of maps ({@link
 * io.holdfast.cluster.ClusterMaps}), serializers, entry processors, configuration of both sides ({@link
 * io.holdfast.cluster.MemberConfigs}, {@link io.holdfast.cluster.ClientConfigs}) and the agent's asynchronous access ({@link
 * io.holdfast.cluster.AgentClient}). Everything in these maps can be rebuilt from the database and the agents.
 *
 * <p>Entry processors run on partition threads, take microseconds and touch their own key only. Callbacks of Hazelcast come
 * on foreign threads: every asynchronous call here is given the executor that its answer is to come on.
 *
 * <p>The format of everything is {@link io.holdfast.cluster.Format#VERSION}: it stands in the maps' names and in each
 * document, and a document of another is refused.
 */
package io.holdfast.cluster;
