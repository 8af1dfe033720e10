package io.holdfast.keeper.linux;

import java.util.EnumSet;
import java.util.Set;

/** The guards in force. Whatever ships uses {@link #ALL}; only tests can make another value, no property or file is read. */
public final class LaunchGuards {
    public static final LaunchGuards ALL = new LaunchGuards(EnumSet.noneOf(Guard.class));

    private final Set<Guard> off;

    private LaunchGuards(Set<Guard> off) {
        this.off = off;
    }

    /** For tests, in this package: everything but these. */
    static LaunchGuards without(Set<Guard> off) {
        return new LaunchGuards(EnumSet.copyOf(off));
    }

    public boolean has(Guard guard) {
        return !off.contains(guard);
    }
}
