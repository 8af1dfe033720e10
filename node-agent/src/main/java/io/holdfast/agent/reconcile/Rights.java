package io.holdfast.agent.reconcile;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.job.Confinement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** What a task may do, in the words of the runtime specification. */
final class Rights {
    /** Lets every call pass. */
    static final Spec.Seccomp NO_FILTER = new Spec.Seccomp("SCMP_ACT_ALLOW", 0, null, null, null);

    private Rights() {}

    /** The usual ones, less those to drop, and those to add. */
    static Spec.Capabilities capabilities(Confinement confinement) {
        if (confinement.addCapabilities().isEmpty()
                && confinement.dropCapabilities().isEmpty()) {
            return Spec.Capabilities.DEFAULT;
        }
        List<String> names = new ArrayList<>(Spec.Capabilities.DEFAULT.bounding());
        if (confinement.dropCapabilities().contains(Confinement.ALL)) {
            names.clear();
        }
        names.removeAll(confinement.dropCapabilities());
        for (String name : new TreeSet<>(confinement.addCapabilities())) {
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        return names.isEmpty() ? Spec.Capabilities.NONE : Spec.Capabilities.of(names);
    }

    /** By path: the keeper knows which devices they are on its host. */
    static List<Request.HostDevice> devices(Confinement confinement) {
        return confinement.devices().stream()
                .map(device -> new Request.HostDevice(device.path(), device.access()))
                .toList();
    }

    static List<Spec.Rlimit> rlimits(Confinement confinement) {
        return confinement.ulimits().entrySet().stream()
                .map(entry -> new Spec.Rlimit(
                        "RLIMIT_" + entry.getKey().toUpperCase(Locale.ROOT),
                        entry.getValue().soft(),
                        entry.getValue().hard()))
                .toList();
    }
}
