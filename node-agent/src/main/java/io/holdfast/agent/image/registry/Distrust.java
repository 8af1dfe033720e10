package io.holdfast.agent.image.registry;

import io.holdfast.agent.image.ImageLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Mirrors that sent wrong bytes for a blob and are not asked for it again, until the agent starts anew. For any thread. */
final class Distrust {
    private final Set<String> pairs = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > ImageLimits.MAX_DISTRUSTED;
        }
    });

    synchronized void add(Endpoint mirror, String digest) {
        pairs.add(mirror.host() + " " + digest);
    }

    /** Without those; the origin stays, because there is nobody else to ask. */
    synchronized List<Endpoint> without(List<Endpoint> endpoints, String digest) {
        List<Endpoint> trusted = new ArrayList<>(endpoints);
        trusted.removeIf(one -> one.mirror() && pairs.contains(one.host() + " " + digest));
        return trusted;
    }
}
