package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Namespaces;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.root.RootFiles;
import io.holdfast.keeper.root.Sysctls;
import io.holdfast.keeper.root.SystemRows;
import io.holdfast.keeper.seccomp.Filters;

/** What can be told of a specification before anything is created for it. The launch itself checks the same again. */
public final class SpecChecks {
    /** For checks alone: what is compiled here is kept for the next check. */
    private static final Filters FILTERS = new Filters(Arch.current());

    private SpecChecks() {}

    /**
     * Rights, limits, filter, devices and paths of a container of a sandbox.
     *
     * @param namespaces of the sandbox
     * @throws LaunchException for a field that is wrong; its step is the field's path, which the message begins with
     */
    public static void check(Spec spec, Namespaces namespaces) throws LaunchException {
        process(spec.process());
        FILTERS.of(spec, false);
        SystemRows.checkDevices(spec.linux().devices());
        Sysctls.check(spec.linux().sysctl(), namespaces);
        RootFiles.maskedPaths(spec);
        RootFiles.readOnlyPaths(spec);
    }

    /** The rights and limits of one program, a container's first or a later one. */
    public static void process(Spec.Process process) throws LaunchException {
        Capabilities.read(process.capabilities());
        Limits.check(process.rlimits());
    }
}
