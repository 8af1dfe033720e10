package io.holdfast.agent.disk;

/**
 * Who this node is.
 *
 * @param nodeId minted once
 * @param clusterId of the cluster it follows, empty until it has been welcomed by one
 * @param epochSeen the highest epoch whose manifest was believed
 * @param incarnation of the agent's last start, milliseconds since the epoch; each start's is higher, whatever the clock says
 */
public record Identity(String nodeId, String clusterId, long epochSeen, long incarnation) {

    public Identity follow(String cluster) {
        return new Identity(nodeId, cluster, epochSeen, incarnation);
    }

    public Identity sawEpoch(long epoch) {
        return new Identity(nodeId, clusterId, Math.max(epoch, epochSeen), incarnation);
    }

    Identity startedAt(long nowMillis) {
        return new Identity(nodeId, clusterId, epochSeen, Math.max(nowMillis, incarnation + 1));
    }
}
