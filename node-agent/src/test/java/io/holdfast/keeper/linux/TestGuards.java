package io.holdfast.keeper.linux;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;

/**
 * The guards of a test run: all, less those named in {@code -Dholdfast.launch.guards.off=vfork,dumpable}. The one place that reads the
 * property; it is in no jar that ships. How to use it: docs/how-to/test-guards.md.
 */
public final class TestGuards {
    public static final String PROPERTY = "holdfast.launch.guards.off";

    private TestGuards() {}

    public static LaunchGuards current() {
        String off = System.getProperty(PROPERTY, "");
        if (off.isEmpty()) {
            return LaunchGuards.ALL;
        }
        EnumSet<Guard> guards = EnumSet.noneOf(Guard.class);
        Arrays.stream(off.split(","))
                .map(name -> name.trim().replace('-', '_').toUpperCase(Locale.ROOT))
                .forEach(name -> guards.add(Guard.valueOf(name)));
        return LaunchGuards.without(guards);
    }
}
