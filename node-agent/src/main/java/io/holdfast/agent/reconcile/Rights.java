package io.holdfast.agent.reconcile;

import io.holdfast.keeper.oci.HostDevices;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.job.Confinement;
import java.nio.file.Path;
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

    /** As they are on this host; one that is not there is sent without its type, and the keeper says so. */
    static List<Spec.Device> devices(Confinement confinement) {
        return confinement.devices().stream()
                .map(device -> HostDevices.at(Path.of(device.path()))
                        .orElse(new Spec.Device("", device.path(), 0, 0, Spec.Device.DEFAULT_MODE, 0, 0)))
                .toList();
    }

    static List<Spec.DeviceRule> deviceRules(Confinement confinement) {
        return confinement.devices().stream()
                .flatMap(device -> HostDevices.at(Path.of(device.path()))
                        .map(host ->
                                new Spec.DeviceRule(true, host.type(), host.major(), host.minor(), device.access()))
                        .stream())
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
