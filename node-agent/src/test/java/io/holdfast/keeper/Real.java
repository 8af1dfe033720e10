package io.holdfast.keeper;

import io.holdfast.keeper.linux.Launcher;
import io.holdfast.keeper.linux.Syscalls;

/** The launcher that makes real containers. */
final class Real {
    private Real() {}

    static Launcher launcher(Syscalls syscalls) {
        throw new UnsupportedOperationException();
    }
}
