package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows for the devices and links that every container has by the specification, and for the devices that it lists. One that stands
 * there already must be exactly the device that it is taken for.
 */
final class ExactDevices {
    private static final int MINOR_LOW = 0xff;
    private static final int DIRECTORY_MODE = 0755;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;

    static final List<Spec.Device> DEFAULTS = List.of(
            character("/dev/null", 1, 3),
            character("/dev/zero", 1, 5),
            character("/dev/full", 1, 7),
            character("/dev/random", 1, 8),
            character("/dev/urandom", 1, 9),
            character("/dev/tty", 5, 0));

    private final Destinations places;
    private final MountRows mounts;
    private final Program program;
    private final boolean userNamespace;

    ExactDevices(Destinations places, boolean userNamespace) {
        this.places = places;
        this.mounts = places.mounts();
        this.program = mounts.program();
        this.userNamespace = userNamespace;
    }

    private static Spec.Device character(String path, int major, int minor) {
        return new Spec.Device("c", path, major, minor, Spec.Device.DEFAULT_MODE, 0, 0);
    }

    void add(List<Spec.Device> listed) {
        List<Spec.Device> devices = new ArrayList<>(DEFAULTS);
        for (Spec.Device device : listed) {
            devices.removeIf(other -> other.path().equals(device.path()));
            devices.add(device);
        }
        devices.forEach(this::device);
        Program.Label none = new Program.Label();
        Row dev = places.find("/dev", none);
        link(dev, "ptmx", "pts/ptmx");
        link(dev, "fd", "/proc/self/fd");
        link(dev, "stdin", "/proc/self/fd/0");
        link(dev, "stdout", "/proc/self/fd/1");
        link(dev, "stderr", "/proc/self/fd/2");
        program.place(none);
    }

    /** One that the root brings stays: a link leads nowhere but inside the container. */
    private void link(Row dev, String name, String to) {
        program.add(Call.SYMLINKAT, to, dev, name).mayFail();
    }

    private void device(Spec.Device device) {
        Path path = Path.of(device.path()).normalize();
        Row parent = places.root();
        StringBuilder way = new StringBuilder();
        for (int i = 0; i < path.getNameCount() - 1; i++) {
            mounts.makeDirectory(parent, path.getName(i).toString(), DIRECTORY_MODE)
                    .mayFail();
            way.append(i == 0 ? "" : "/").append(path.getName(i));
            parent = mounts.resolve(places.root(), way.toString(), false);
        }
        String name = path.getFileName().toString();
        if (userNamespace && !device.type().equals("p")) {
            // mknod of devices is refused in a user namespace: the host's is bound, and verified like any other
            mounts.makeNode(parent, name, S_IFREG | device.fileMode(), 0).mayFail();
            Row place = mounts.resolve(parent, name, false);
            Row host = mounts.device(device.path(), type(device), device.major(), device.minor());
            mounts.attach(mounts.cloneOfFound(host, device.path()), place, device.path());
        } else {
            mounts.makeNode(parent, name, type(device) | device.fileMode(), number(device))
                    .mayFail();
        }
        Row made = mounts.resolve(parent, name, false);
        verify(made, device);
        if (!userNamespace) {
            program.add(Call.FCHMODAT, parent, name, device.fileMode()).purpose("mode of " + device.path());
            program.add(Call.FCHOWNAT, parent, name, device.uid(), device.gid(), AT_SYMLINK_NOFOLLOW)
                    .purpose("owner of " + device.path());
        }
    }

    private void verify(Row made, Spec.Device device) {
        Block stat = program.arena().allocate(STATX_BYTES);
        program.add(Call.STATX, made, "", AT_EMPTY_PATH, STATX_BASIC, stat).purpose("look at " + device.path());
        String what = device.path() + " of the root is the device " + device.type() + " " + device.major() + ":"
                + device.minor();
        program.check(what, stat.address() + STATX_MODE, S_IFMT, type(device));
        if (!device.type().equals("p")) {
            long numbers = (long) device.minor() << 32 | device.major();
            program.check(what, stat.address() + STATX_RDEV, -1, numbers);
        }
    }

    private static int type(Spec.Device device) {
        return switch (device.type()) {
            case "b" -> S_IFBLK;
            case "p" -> S_IFIFO;
            default -> S_IFCHR;
        };
    }

    /** The kernel's encoding of a device number that mknod(2) takes: 12 bits major, 20 bits minor. */
    private static long number(Spec.Device device) {
        if (device.type().equals("p")) {
            return 0;
        }
        return (long) (device.minor() & ~MINOR_LOW) << 12 | (long) device.major() << 8 | device.minor() & MINOR_LOW;
    }
}
