package io.holdfast.keeper.cgroup;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.linux.BpfDevicePrograms;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;

/** This machine's mount table, or the part of it that a driver is to see. */
final class RealMounts {
    static final IntConsumer KILL = pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);

    static final DevicePrograms PROGRAMS =
            (cgroup, instructions, overridable) -> Programs.REAL.attach(cgroup, instructions, overridable);

    /** Opened when it is first needed: on machines without a kernel of ours the tests are skipped before. */
    private static final class Programs {
        private static final DevicePrograms REAL = new BpfDevicePrograms(syscalls());

        private static Syscalls syscalls() {
            try {
                return new Syscalls(new JnrKernel());
            } catch (ErrnoException e) {
                throw new AssertionError(e);
            }
        }
    }

    private RealMounts() {}

    static List<String> all() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo"));
    }

    static CgroupMounts parsed() throws IOException {
        return CgroupMounts.parse(all());
    }

    static List<String> v1Only() throws IOException {
        assumeTrue(!parsed().v1().isEmpty(), "needs a host with cgroup v1 controllers");
        return all().stream().filter(line -> !line.contains(" - cgroup2 ")).toList();
    }

    static List<String> v2Only() throws IOException {
        assumeTrue(parsed().v2().isPresent(), "needs a host with the unified hierarchy mounted");
        return all().stream().filter(line -> !line.contains(" - cgroup ")).toList();
    }

    /** A cgroup in the unified tree. */
    static Path unified(String parent, String name) {
        try {
            return parsed().v2().orElseThrow().resolve(parent).resolve(name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
