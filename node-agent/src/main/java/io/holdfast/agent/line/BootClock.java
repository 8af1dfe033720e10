package io.holdfast.agent.line;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Milliseconds since the machine's boot, suspended time included, which a lease needs: the cluster's clock runs on while this
 * machine sleeps, {@code System.nanoTime} (CLOCK_MONOTONIC) does not.
 */
@FunctionalInterface
public interface BootClock {

    /** What a reading may be short of the truth. */
    long RESOLUTION_MILLIS = 10;

    long nowMillis();

    /** By /proc/uptime, which is CLOCK_BOOTTIME in hundredths of a second (fs/proc/uptime.c). Never waits for a disk. */
    static BootClock system() {
        Path uptime = Path.of("/proc/uptime");
        return () -> {
            try {
                String text = Files.readString(uptime, StandardCharsets.US_ASCII);
                return parse(text);
            } catch (IOException e) {
                throw new IllegalStateException("/proc/uptime cannot be read: is /proc mounted?", e);
            }
        };
    }

    static long parse(String uptime) {
        String seconds = uptime.substring(0, uptime.indexOf(' '));
        int dot = seconds.indexOf('.');
        return Long.parseLong(seconds.substring(0, dot)) * 1_000 + Long.parseLong(seconds.substring(dot + 1)) * 10;
    }
}
