package io.holdfast.agent.cluster;

import io.holdfast.model.job.GroupDocument;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Groups' specifications by hash: those that the manifest names, and no others, so that it is bounded as the manifest is. For
 * one thread.
 */
public final class SpecCache {
    private final Map<String, GroupDocument> specs = new HashMap<>();
    private final Set<String> asked = new HashSet<>();

    public Map<String, GroupDocument> specs() {
        return specs;
    }

    public void put(String hash, GroupDocument spec) {
        specs.put(hash, spec);
    }

    /** Lets go of all but these. */
    public void retain(Set<String> hashes) {
        specs.keySet().retainAll(hashes);
    }

    /** Whether this one has to be asked for: neither at hand nor on its way. */
    public boolean ask(String hash) {
        return !specs.containsKey(hash) && asked.add(hash);
    }

    /** The asking has ended, with or without it. */
    public void answered(String hash) {
        asked.remove(hash);
    }
}
