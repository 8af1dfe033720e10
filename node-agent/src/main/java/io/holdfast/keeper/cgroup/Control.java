package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The limits of one controller: which files they are in, and what of the specification goes there. */
interface Control {

    /** What these limits ask of the controller, in the order that a fresh cgroup takes it; nothing for what is unlimited. */
    List<Setting> settings(Spec.Resources limits);

    /** What this host has not got that these limits name, with the field; files that are missing are seen to elsewhere. */
    default Optional<String> refusal(Tree tree, Spec.Resources limits) throws IOException {
        return Optional.empty();
    }

    /**
     * The changes in the order in which this cgroup, with what it holds now, takes them.
     *
     * @throws IOException when the kernel would take one only by killing: says which and the way out
     */
    default List<Setting> inOrder(Path seat, List<Setting> changes) throws IOException {
        return changes;
    }
}
