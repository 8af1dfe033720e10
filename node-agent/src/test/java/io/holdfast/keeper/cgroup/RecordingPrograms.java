package io.holdfast.keeper.cgroup;

import io.holdfast.keeper.oci.Spec.DeviceRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps what is attached instead of handing it to a kernel. */
final class RecordingPrograms implements DevicePrograms {

    record Attached(Path cgroup, byte[] instructions, boolean overridable) {
        boolean holds(List<DeviceRule> rules) {
            return Arrays.equals(instructions, DeviceProgram.compile(rules));
        }
    }

    final List<Attached> attached = new ArrayList<>();
    boolean failing;

    @Override
    public void attach(Path cgroup, byte[] instructions, boolean overridable) throws IOException {
        if (failing) {
            throw new IOException("bpf(8): EINVAL (played)");
        }
        attached.add(new Attached(cgroup, instructions, overridable));
    }

    Attached last() {
        return attached.get(attached.size() - 1);
    }
}
