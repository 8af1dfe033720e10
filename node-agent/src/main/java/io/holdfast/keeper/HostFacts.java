package io.holdfast.keeper;

import io.holdfast.keeper.disk.DiskLimits;
import io.holdfast.keeper.linux.HostCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the host is, for {@code hello}; the same for the keeper's whole life.
 *
 * @param attributes under the names that constraints of jobs use
 */
record HostFacts(Map<String, String> attributes) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    HostFacts {
        attributes = Map.copyOf(attributes);
    }

    static HostFacts of(HostCheck.Host host, Core core) {
        Map<String, String> attributes = new TreeMap<>(host.attributes());
        attributes.put("os", "linux");
        attributes.put("kernel", host.kernel().text());
        attributes.put("cgroup", core.cgroups().mode());
        attributes.put(IdmapProbe.ATTRIBUTE, Boolean.toString(IdmapProbe.supported(core)));
        attributes.put(DiskLimits.ATTRIBUTE, core.disks().kind());
        String init = core.launcher().init().name();
        if (!init.isEmpty()) {
            attributes.put("init", init);
        }
        return new HostFacts(attributes);
    }

    /** Differs after each boot; random(4). In one read: sysctls answer a second one with their end. */
    static String bootId() throws IOException {
        try (var channel = Files.newByteChannel(BOOT_ID)) {
            ByteBuffer text = ByteBuffer.allocate(256);
            channel.read(text);
            return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
        }
    }
}
