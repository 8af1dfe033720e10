package io.holdfast.keeper;

import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;

/** The machine's own clocks. */
final class SystemKeeperClock implements KeeperClock {
    private final Syscalls syscalls;

    SystemKeeperClock(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    @Override
    public long bootNanos() {
        try {
            return syscalls.bootTimeNanos();
        } catch (ErrnoException e) {
            throw new IllegalStateException("the kernel has no boot-time clock", e);
        }
    }

    @Override
    public long epochMillis() {
        return System.currentTimeMillis();
    }
}
