package io.holdfast.agent.pull;

import io.holdfast.model.job.Image;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The images that somebody wants without an allocation that needs them: until they are there, or have failed. For one context. */
public final class AskedPulls {
    /** Images asked for and not there yet. */
    public static final int MAX_ASKED = 64;

    /** Failures that are remembered, the oldest goes first: in a list they must leave room for images. */
    static final int MAX_FAILURES = 32;

    private final Map<String, Image> asked = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Runnable changed;

    /**
     * @param known references of an earlier life
     * @param changed told when others are waited for
     */
    AskedPulls(List<String> known, Runnable changed) {
        this.changed = changed;
        for (String reference : known) {
            Image.parse("", reference).fold(image -> asked.put(reference, image), errors -> null);
        }
    }

    /** @return false where too many are waited for already */
    boolean add(Image image) {
        if (asked.size() >= MAX_ASKED && !asked.containsKey(image.reference())) {
            return false;
        }
        failures.remove(image.reference());
        if (asked.put(image.reference(), image) == null) {
            changed.run();
        }
        return true;
    }

    boolean has(String reference) {
        return asked.containsKey(reference);
    }

    /** However it came to be there, an earlier failure says nothing any more. */
    void came(String reference) {
        failures.remove(reference);
        if (asked.remove(reference) != null) {
            changed.run();
        }
    }

    /** Allocations tell of their failures themselves. */
    void failed(String reference, String why) {
        if (asked.remove(reference) == null) {
            return;
        }
        changed.run();
        if (failures.size() >= MAX_FAILURES) {
            failures.remove(failures.keySet().iterator().next());
        }
        failures.put(reference, why);
    }

    void forget(String reference) {
        failures.remove(reference);
    }

    Optional<String> failure(String reference) {
        return Optional.ofNullable(failures.get(reference));
    }

    /** References of all that are waited for or have failed. */
    Set<String> references() {
        Set<String> all = new TreeSet<>(asked.keySet());
        all.addAll(failures.keySet());
        return all;
    }

    List<Image> images() {
        return List.copyOf(asked.values());
    }
}
