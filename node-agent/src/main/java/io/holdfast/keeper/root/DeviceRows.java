package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Device files of a container, in its /dev. Without a user namespace they are made; within one the kernel makes none and opens none
 * that were made there, so the host's are bound, each after a look that it is the device it should be.
 */
final class DeviceRows {
    private static final int MODE = 0666;
    private static final int DIRECTORY_MODE = 0755;
    private static final int S_IFIFO = 0x1000;
    private static final int S_IFBLK = 0x6000;

    static final List<Spec.Device> DEFAULTS = List.of(
            character("null", 1, 3),
            character("zero", 1, 5),
            character("full", 1, 7),
            character("random", 1, 8),
            character("urandom", 1, 9),
            character("tty", 5, 0));

    private final MountRows mounts;
    private final Program program;
    private final Row dev;
    private final boolean userNamespace;

    DeviceRows(MountRows mounts, Row dev, boolean userNamespace) {
        this.mounts = mounts;
        this.program = mounts.program();
        this.dev = dev;
        this.userNamespace = userNamespace;
    }

    private static Spec.Device character(String name, int major, int minor) {
        return new Spec.Device("c", "/dev/" + name, major, minor, MODE, 0, 0);
    }

    /** @throws LaunchException for one that is none, that the host does not have, or that is not below /dev */
    void add(List<Spec.Device> more) throws LaunchException {
        for (Spec.Device device : DEFAULTS) {
            add(device, "/dev/" + device.path().substring("/dev/".length()));
        }
        for (int i = 0; i < more.size(); i++) {
            Spec.Device device = more.get(i);
            String field = "linux.devices[" + i + "]";
            check(device, field);
            if (DEFAULTS.stream().noneMatch(known -> known.path().equals(device.path()))) {
                add(device, userNamespace && !isPipe(device) ? nodeOnHost(device, field) : "");
            }
        }
    }

    static void check(Spec.Device device, String field) throws LaunchException {
        String path = device.path() == null ? "" : device.path();
        if (!path.startsWith("/dev/") || !Path.of(path).normalize().toString().equals(path)) {
            throw refused(field + ".path", "path " + path + " is not below /dev");
        }
        if (!List.of("c", "u", "b", "p").contains(device.type())) {
            throw refused(field + ".type", "type " + device.type() + " is not one of c, u, b, p");
        }
        if (device.major() < 0 || device.minor() < 0 || device.major() > 0xfff || device.minor() > 0xfffff) {
            throw refused(field, "there is no device " + device.major() + ":" + device.minor());
        }
        if ((device.fileMode() & ~07777) != 0) {
            throw refused(field + ".fileMode", "mode " + Integer.toOctalString(device.fileMode()) + " is none");
        }
    }

    private static boolean isPipe(Spec.Device device) {
        return device.type().equals("p");
    }

    private void add(Spec.Device device, String onHost) {
        Path below = Path.of("/dev").relativize(Path.of(device.path()));
        Row parent = dev;
        for (int i = 0; i < below.getNameCount() - 1; i++) {
            mounts.makeDirectory(parent, below.getName(i).toString(), DIRECTORY_MODE)
                    .mayFail();
            parent = mounts.directory(parent, below.getName(i).toString());
        }
        String name = below.getFileName().toString();
        if (userNamespace && !isPipe(device)) {
            mounts.makeNode(parent, name, S_IFREG | MODE, 0);
            Row host = mounts.device(onHost, kind(device), device.major(), device.minor());
            mounts.attach(mounts.cloneOfFound(host, onHost), mounts.resolve(parent, name, false), device.path());
            return;
        }
        mounts.makeNode(parent, name, kind(device) | device.fileMode(), number(device));
        program.add(Call.FCHMODAT, parent, name, device.fileMode()).purpose("mode of " + device.path());
        if (device.uid() != 0 || device.gid() != 0) {
            program.add(Call.FCHOWNAT, parent, name, device.uid(), device.gid(), 0)
                    .purpose("owner of " + device.path());
        }
    }

    private static int kind(Spec.Device device) {
        return switch (device.type()) {
            case "b" -> S_IFBLK;
            case "p" -> S_IFIFO;
            default -> S_IFCHR;
        };
    }

    /** As the kernel wants it of user space (include/linux/kdev_t.h, new_encode_dev). */
    private static long number(Spec.Device device) {
        int minor = device.minor();
        return isPipe(device) ? 0 : minor & 0xff | device.major() << 8 | (minor & ~0xff) << 12;
    }

    /** Where the host has it: sysfs tells the name below /dev. */
    private static String nodeOnHost(Spec.Device device, String field) throws LaunchException {
        String number = device.major() + ":" + device.minor();
        Path uevent = Path.of("/sys/dev", device.type().equals("b") ? "block" : "char", number, "uevent");
        try {
            String name = Files.readAllLines(uevent).stream()
                    .filter(line -> line.startsWith("DEVNAME="))
                    .map(line -> line.substring("DEVNAME=".length()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("it has no name"));
            return "/dev/" + name;
        } catch (IOException e) {
            throw refused(field, "this host has no device " + device.type() + " " + number);
        }
    }

    private static LaunchException refused(String field, String why) {
        return new LaunchException(field, Errno.EINVAL, field + ": " + why);
    }
}
