package io.holdfast.keeper;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Device files of this host. */
final class HostDevices {
    private static final int S_IFMT = 0xf000;
    private static final int S_IFBLK = 0x6000;
    private static final int S_IFCHR = 0x2000;
    private static final int PERMISSIONS = 0777;

    private HostDevices() {}

    /** The specification with these devices in it, as this host has them, and the right to them. */
    static Spec give(Spec spec, List<Request.HostDevice> asked) throws RefusedException {
        if (asked.isEmpty()) {
            return spec;
        }
        Spec.Linux linux = spec.linux();
        List<Spec.Device> devices = new ArrayList<>(linux.devices());
        List<Spec.DeviceRule> rules = new ArrayList<>(linux.resources().devices());
        for (Request.HostDevice device : asked) {
            Spec.Device host = at(Path.of(device.path()))
                    .orElseThrow(() -> RefusedException.badRequest(
                            "hostDevices: this host has no device %s (a link to one is none)",
                            Checks.shorten(device.path())));
            devices.add(host);
            rules.add(new Spec.DeviceRule(true, host.type(), host.major(), host.minor(), device.access()));
        }
        return spec.withLinux(linux.withDevices(devices, rules));
    }

    /** The device that a path is on this host, with its owner and mode; empty where it is none. Does not follow links. */
    static Optional<Spec.Device> at(Path path) {
        try {
            Map<String, Object> file = Files.readAttributes(path, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
            int mode = (Integer) file.get("mode");
            int kind = mode & S_IFMT;
            if (kind != S_IFBLK && kind != S_IFCHR) {
                return Optional.empty();
            }
            long number = (Long) file.get("rdev");
            return Optional.of(new Spec.Device(
                    kind == S_IFBLK ? "b" : "c",
                    path.toString(),
                    major(number),
                    minor(number),
                    mode & PERMISSIONS,
                    (Integer) file.get("uid"),
                    (Integer) file.get("gid")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** As glibc's gnu_dev_major(3). */
    private static int major(long number) {
        return (int) (number >>> 8 & 0xfff | number >>> 32 & ~0xfffL);
    }

    private static int minor(long number) {
        return (int) (number & 0xff | number >>> 12 & ~0xffL);
    }
}
