package io.holdfast.keeper.linux;

import io.holdfast.keeper.cgroup.DevicePrograms;
import java.io.IOException;
import java.nio.file.Path;

/** Device programs by bpf(2). Thread-safe. */
public final class BpfDevicePrograms implements DevicePrograms {
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_ATTACH = 8;
    private static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private static final int BPF_CGROUP_DEVICE = 6;
    private static final int BPF_F_ALLOW_OVERRIDE = 1;
    private static final int INSTRUCTION_BYTES = 8;

    /** What the two commands read of union bpf_attr; the kernel takes the rest for zero. */
    private static final int ATTR_BYTES = 72;

    private static final int NAME_OFFSET = 48;
    private static final int NAME_BYTES = 15;
    private static final String NAME = "holdfast_device";

    private final Syscalls syscalls;

    public BpfDevicePrograms(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    @Override
    public void attach(Path cgroup, byte[] instructions, boolean overridable) throws IOException {
        int target = syscalls.open(cgroup.toString(), Syscalls.O_RDONLY, 0);
        try {
            int program = load(instructions);
            try {
                Memory attr = Memory.allocate(ATTR_BYTES);
                attr.putInt(0, target);
                attr.putInt(4, program);
                attr.putInt(8, BPF_CGROUP_DEVICE);
                attr.putInt(12, overridable ? BPF_F_ALLOW_OVERRIDE : 0);
                syscalls.kernel().call(Call.BPF, BPF_PROG_ATTACH, attr, ATTR_BYTES);
            } finally {
                // attached, the cgroup keeps it
                syscalls.close(program);
            }
        } finally {
            syscalls.close(target);
        }
    }

    private int load(byte[] instructions) throws ErrnoException {
        Memory code = Memory.allocate(instructions.length);
        code.putBytes(0, instructions);
        // the helpers that need the GPL are not called
        Memory license = Memory.text("Apache-2.0");
        Memory attr = Memory.allocate(ATTR_BYTES);
        attr.putInt(0, BPF_PROG_TYPE_CGROUP_DEVICE);
        attr.putInt(4, instructions.length / INSTRUCTION_BYTES);
        attr.putLong(8, code.address());
        attr.putLong(16, license.address());
        attr.putBytes(NAME_OFFSET, NAME.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, NAME_BYTES);
        int fd = (int) syscalls.kernel().call(Call.BPF, BPF_PROG_LOAD, attr, ATTR_BYTES);
        java.lang.ref.Reference.reachabilityFence(code);
        java.lang.ref.Reference.reachabilityFence(license);
        return fd;
    }
}
