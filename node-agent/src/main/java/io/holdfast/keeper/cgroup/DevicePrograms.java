package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.file.Path;

/** bpf(2), as far as device rules need it. Thread-safe. */
public interface DevicePrograms {

    /**
     * Loads a program of type BPF_PROG_TYPE_CGROUP_DEVICE and attaches it to a v2 cgroup, in place of one that is attached there.
     * It stays until the cgroup is removed.
     *
     * @param instructions as the kernel reads them, 8 bytes each
     * @param overridable whether a cgroup below may have a program of its own, which then counts instead
     * @throws IOException what the kernel answered: EINVAL without CONFIG_CGROUP_BPF
     */
    void attach(Path cgroup, byte[] instructions, boolean overridable) throws IOException;
}
