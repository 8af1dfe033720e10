package io.holdfast.keeper.seccomp;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.oci.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compiled filters, kept for the next container with the same profile. Thread-safe. */
public final class Filters {
    private static final Logger LOG = LoggerFactory.getLogger(Filters.class);
    /** Profiles kept; a fleet has a handful. */
    private static final int KEPT = 64;

    private final Arch arch;
    private final Map<Key, Optional<Filter>> kept = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Optional<Filter>> eldest) {
            return size() > KEPT;
        }
    };

    /** @param capabilities counts for the default profile alone */
    private record Key(Spec.Seccomp profile, Set<String> capabilities) {}

    public Filters(Arch arch) {
        this.arch = arch;
    }

    /** Compiles what nearly every container is going to ask for. */
    public void warm() throws LaunchException {
        ofDefault(Spec.Capabilities.DEFAULT.bounding());
    }

    /**
     * The filter that a specification asks for: its own profile, or where it has none the default one. Empty for a profile that allows
     * everything, and for an exact container without a profile.
     *
     * @throws LaunchException for what is wrong in it; its step is the path of the field
     */
    public Optional<Filter> of(Spec spec, boolean exact) throws LaunchException {
        Spec.Seccomp profile = spec.linux().seccomp();
        if (!profile.equals(Spec.Seccomp.NONE)) {
            return of(profile);
        }
        return exact
                ? Optional.empty()
                : Optional.of(ofDefault(spec.process().capabilities().bounding()));
    }

    /**
     * The filter of the default profile.
     *
     * @param capabilities of the bounding set: some calls are allowed to those that have them
     */
    Filter ofDefault(List<String> capabilities) throws LaunchException {
        return of(new Key(Spec.Seccomp.NONE, Set.copyOf(capabilities))).orElseThrow();
    }

    /**
     * The filter of a profile that a specification brings; empty for one that allows everything.
     *
     * @throws LaunchException for what is wrong in it; its step is the path of the field
     */
    Optional<Filter> of(Spec.Seccomp profile) throws LaunchException {
        return of(new Key(profile, Set.of()));
    }

    private synchronized Optional<Filter> of(Key key) throws LaunchException {
        Optional<Filter> known = kept.get(key);
        if (known == null) {
            known = make(key);
            kept.put(key, known);
        }
        return known;
    }

    private Optional<Filter> make(Key key) throws LaunchException {
        if (key.profile().equals(Spec.Seccomp.NONE)) {
            Profile profile = ProfileText.read(Resources.text("default.seccomp"), key.capabilities());
            return Optional.of(Filter.of(BpfCompiler.compile(profile, arch), profile.flags()));
        }
        Profile profile = OciProfile.read(key.profile());
        Set<String> unknown = OciProfile.unknownCalls(key.profile());
        if (!unknown.isEmpty()) {
            LOG.warn("a seccomp profile names calls that are not known here, and which say nothing: {}", unknown);
        }
        return profile.allowsAll()
                ? Optional.empty()
                : Optional.of(Filter.of(BpfCompiler.compile(profile, arch), profile.flags()));
    }
}
