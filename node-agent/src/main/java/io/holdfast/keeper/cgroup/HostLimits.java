package io.holdfast.keeper.cgroup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the machine itself has, and what this process was given of it, before any cgroup of the parent counts. */
record HostLimits(Host host) {

    private static final long KIBIBYTE = 1024;

    /** Cores that are online and that this process may run on: containers inherit its affinity, and on v1 its cpuset. */
    long cpuMillis() throws IOException {
        long online = countCpus(read(host.sys().resolve("devices/system/cpu/online")));
        long allowed = Files.readAllLines(host.proc().resolve("self/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .mapToLong(line -> countCpus(line.substring(line.indexOf(':') + 1)))
                .findFirst()
                .orElse(online);
        return 1000 * Math.min(online, allowed);
    }

    long memoryBytes() throws IOException {
        return memory("MemTotal:");
    }

    /** Swap that is switched on. */
    long swapBytes() throws IOException {
        return memory("SwapTotal:");
    }

    private long memory(String key) throws IOException {
        return Files.readAllLines(host.proc().resolve("meminfo")).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
                .findFirst()
                .orElseThrow(
                        () -> new IOException("no " + key + " in " + host.proc().resolve("meminfo")));
    }

    long pids() throws IOException {
        return Long.parseLong(read(host.proc().resolve("sys/kernel/pid_max")));
    }

    /** In one read: files below /proc/sys answer a second one with their end, and the JDK's helpers start with one byte. */
    private static String read(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            ByteBuffer text = ByteBuffer.allocate(4096);
            channel.read(text);
            return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
        }
    }

    /** The size of a list as {@code 0-3,8,10-11}. */
    static long countCpus(String list) {
        return NumberList.parse(list).cardinality();
    }
}
