package io.holdfast.keeper.root;

import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.oci.Spec;
import java.util.List;

/** The rows of a root that need the host's rights: they go before those that join namespaces. */
public interface ContainerRoot {

    /**
     * @param userNamespace descriptor of the namespace that the container is in, null for the host's
     * @param hostNetwork whether the network namespace is not the container's own: sysfs cannot be mounted then
     */
    void addHostRows(Program program, Program.Row userNamespace, List<Spec.Mount> named, boolean hostNetwork)
            throws LaunchException;
}
