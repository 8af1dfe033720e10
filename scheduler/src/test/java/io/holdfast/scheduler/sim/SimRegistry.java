package io.holdfast.scheduler.sim;

import io.holdfast.model.line.NodeImages;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A registry as nodes see it: what tags stand for there, and who has asked. */
public final class SimRegistry {
    private final Map<String, NodeImages.Resolved> tags = new TreeMap<>();
    private final List<Promise<NodeImages.Resolved>> held = new ArrayList<>();
    private boolean holding;
    private String down = "";

    /** {@code node reference} of each question. */
    public final List<String> asked = new ArrayList<>();

    public void tag(String reference, String digest, NodeImages.Layer... layers) {
        tags.put(reference, new NodeImages.Resolved(digest, List.of(layers)));
    }

    /** From now on questions fail with this; empty for no longer. */
    public void down(String why) {
        down = why;
    }

    /** From now on no question is answered, until {@link #release}. */
    public void hold() {
        holding = true;
    }

    /** Answers what was asked meanwhile, as the tags are now. */
    public void release() {
        holding = false;
        List<Promise<NodeImages.Resolved>> waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(promise -> promise.tryComplete(tags.values().iterator().next()));
    }

    public Future<NodeImages.Resolved> resolve(String nodeId, String reference) {
        asked.add(nodeId + " " + reference);
        if (holding) {
            Promise<NodeImages.Resolved> promise = Promise.promise();
            held.add(promise);
            return promise.future();
        }
        if (!down.isEmpty()) {
            return Future.failedFuture(down);
        }
        return tags.containsKey(reference)
                ? Future.succeededFuture(tags.get(reference))
                : Future.failedFuture(reference + ": manifest unknown at registry registry.test");
    }
}
