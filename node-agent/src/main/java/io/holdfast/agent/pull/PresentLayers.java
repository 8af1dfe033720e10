package io.holdfast.agent.pull;

import io.holdfast.keeper.api.Reply;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which layers the keeper has, as far as it has said so. One that is being removed is not there any more. For one context. */
final class PresentLayers {
    private final Set<String> present = new HashSet<>();
    private final Set<String> going = new HashSet<>();
    private boolean listed;
    private Future<?> removal = Future.succeededFuture();

    /** Whether the keeper has ever been asked. */
    boolean known() {
        return listed;
    }

    void listed(Reply.Layers layers) {
        listed = true;
        present.clear();
        layers.items().forEach(layer -> present.add(layer.diffId()));
        present.removeAll(going); // the list may be older than their removal
    }

    boolean has(String diffId) {
        return present.contains(diffId);
    }

    boolean hasAll(Collection<String> diffIds) {
        return present.containsAll(diffIds);
    }

    void came(String diffId) {
        present.add(diffId);
    }

    /**
     * Nothing is to be begun with these from now on.
     *
     * @param until when {@link #gone} has been said
     */
    void go(Collection<String> diffIds, Future<?> until) {
        going.addAll(diffIds);
        present.removeAll(diffIds);
        removal = until;
    }

    /** When no removal is under way: before that the keeper may say of a layer that it has it, and have it no longer. */
    Future<?> quiet() {
        return removal.otherwiseEmpty();
    }

    /** @param stayed those of them that the keeper still has */
    void gone(Collection<String> diffIds, List<String> stayed) {
        going.removeAll(diffIds);
        present.addAll(stayed);
    }
}
