package io.holdfast.agent.reconcile;

import io.holdfast.keeper.api.Reply;
import io.holdfast.model.job.GroupDocument;
import io.holdfast.model.state.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything a decision depends on, at one moment.
 *
 * @param nodeName what containers are told
 * @param manifest the newest believed; {@link #NO_NEWS} when there is none since the agent started
 * @param specs by hash, those that are at hand
 * @param sandboxes all that the keeper listed, foreign ones too
 * @param memory by allocation
 * @param images how those stand that were needed
 * @param busy allocations that something is under way for, or whose listing may be older than that: nothing is decided
 * @param leaseHeld whether the cluster has confirmed the node's lease and the manifest was looked at since
 * @param draining whether the agent ends everything before it leaves
 */
public record Sight(
        String nodeName,
        Manifest manifest,
        Map<String, GroupDocument> specs,
        List<Reply.SandboxStatus> sandboxes,
        Map<String, Remembered> memory,
        Map<ImageWish, ImageSight> images,
        Set<String> busy,
        boolean leaseHeld,
        boolean draining,
        long nowMillis) {

    public static final Manifest NO_NEWS = new Manifest("", 0, 0, 0, List.of());

    public Sight {
        specs = Map.copyOf(specs);
        sandboxes = List.copyOf(sandboxes);
        memory = Map.copyOf(memory);
        images = Map.copyOf(images);
        busy = Set.copyOf(busy);
    }

    public boolean believes() {
        return !manifest.clusterId().isEmpty();
    }
}
