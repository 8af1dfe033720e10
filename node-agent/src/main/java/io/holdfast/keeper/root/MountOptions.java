package io.holdfast.keeper.root;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.oci.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of a specification's mount, as mount(8) has them: attributes of the mount, its propagation, and what is for the file
 * system.
 *
 * @param set, clear attributes of this mount, {@code recursiveSet}, {@code recursiveClear} of those below it too
 * @param propagation 0 for none named
 * @param data for the file system; an empty value is a flag
 */
record MountOptions(
        boolean bind,
        boolean recursive,
        long set,
        long clear,
        long recursiveSet,
        long recursiveClear,
        long propagation,
        boolean propagationRecursive,
        Map<String, String> data) {

    /** Known and without effect here: they are defaults, or not of this kernel any more. */
    private static final List<String> WITHOUT_EFFECT =
            List.of("defaults", "async", "nomand", "mand", "loud", "silent", "noiversion", "iversion", "nolazytime");

    private static final List<String> OF_FILE_SYSTEMS = List.of("mode", "size", "uid", "gid", "nr_inodes");

    private static final List<String> NOT_CARRIED_OUT = List.of("idmap", "ridmap", "tmpcopyup");

    private static final Map<String, Long> SETS = Map.of(
            "ro", (long) MOUNT_ATTR_RDONLY,
            "nosuid", (long) MOUNT_ATTR_NOSUID,
            "nodev", (long) MOUNT_ATTR_NODEV,
            "noexec", (long) MOUNT_ATTR_NOEXEC,
            "nodiratime", (long) MOUNT_ATTR_NODIRATIME,
            "nosymfollow", (long) MOUNT_ATTR_NOSYMFOLLOW);

    private static final Map<String, Long> CLEARS = Map.of(
            "rw", (long) MOUNT_ATTR_RDONLY,
            "suid", (long) MOUNT_ATTR_NOSUID,
            "dev", (long) MOUNT_ATTR_NODEV,
            "exec", (long) MOUNT_ATTR_NOEXEC,
            "diratime", (long) MOUNT_ATTR_NODIRATIME,
            "symfollow", (long) MOUNT_ATTR_NOSYMFOLLOW);

    /** Access times are one field: whichever is set, the field is cleared first; see mount_setattr(2). */
    private static final Map<String, Long> TIMES = Map.of(
            "relatime", 0L,
            "norelatime", 0L,
            "atime", 0L,
            "nostrictatime", 0L,
            "noatime", (long) MOUNT_ATTR_NOATIME,
            "strictatime", (long) MOUNT_ATTR_STRICTATIME);

    private static final Map<String, Long> PROPAGATIONS = Map.of(
            "shared", (long) MS_SHARED,
            "slave", (long) MS_SLAVE,
            "private", (long) MS_PRIVATE,
            "unbindable", (long) MS_UNBINDABLE);

    /** @throws LaunchException for one that is not known, named by its place in the specification */
    static MountOptions read(Spec.Mount mount, String path) throws LaunchException {
        boolean bind = "bind".equals(mount.type());
        boolean recursive = false;
        for (String option : mount.options()) {
            bind |= option.equals("bind") || option.equals("rbind");
            recursive |= option.equals("rbind");
        }
        Reading reading = new Reading(bind);
        for (int i = 0; i < mount.options().size(); i++) {
            String option = mount.options().get(i);
            if (!reading.take(option)) {
                throw new LaunchException(
                        "mounts",
                        Errno.EINVAL,
                        "%s.options[%d]: option %s is not supported %s"
                                .formatted(path, i, option, bind ? "of a bind mount" : "here"));
            }
        }
        return new MountOptions(
                bind,
                recursive,
                reading.set,
                reading.clear,
                reading.recursiveSet,
                reading.recursiveClear,
                reading.propagation,
                reading.propagationRecursive,
                reading.data);
    }

    private static final class Reading {
        private final boolean bind;
        private long set;
        private long clear;
        private long recursiveSet;
        private long recursiveClear;
        private long propagation;
        private boolean propagationRecursive;
        private final Map<String, String> data = new LinkedHashMap<>();

        Reading(boolean bind) {
            this.bind = bind;
        }

        /** @return false for an option that is not known */
        boolean take(String option) {
            if (option.equals("bind") || option.equals("rbind") || WITHOUT_EFFECT.contains(option)) {
                return true;
            }
            if (takeAttribute(option)) {
                return true;
            }
            boolean below = option.startsWith("r");
            String name = below ? option.substring(1) : option;
            Long kind = PROPAGATIONS.get(below ? name : option);
            if (kind != null) {
                propagation = kind;
                propagationRecursive = below;
                return true;
            }
            if (below && !option.equals("relatime") && takeRecursive(name)) {
                return true;
            }
            String[] parts = option.split("=", 2);
            if (bind) {
                // options of a file system, which a bind mount does not make: other runtimes hand them to a kernel that
                // passes over them
                return parts.length == 2 && OF_FILE_SYSTEMS.contains(parts[0]);
            }
            if (option.isEmpty() || NOT_CARRIED_OUT.contains(option)) {
                return false;
            }
            data.put(parts[0], parts.length == 2 ? parts[1] : "");
            return true;
        }

        /** The last word on an attribute counts. */
        private boolean takeAttribute(String option) {
            Long bit = SETS.get(option);
            if (bit != null) {
                set |= bit;
                clear &= ~bit;
                return true;
            }
            bit = CLEARS.get(option);
            if (bit != null) {
                set &= ~bit;
                clear |= bit;
                return true;
            }
            bit = TIMES.get(option);
            if (bit != null) {
                set = set & ~MOUNT_ATTR_ATIME | bit;
                clear |= MOUNT_ATTR_ATIME;
                return true;
            }
            return false;
        }

        private boolean takeRecursive(String name) {
            if (SETS.containsKey(name)) {
                recursiveSet |= SETS.get(name);
                return true;
            }
            if (CLEARS.containsKey(name)) {
                recursiveClear |= CLEARS.get(name);
                return true;
            }
            if (TIMES.containsKey(name)) {
                recursiveSet |= TIMES.get(name);
                recursiveClear |= MOUNT_ATTR_ATIME;
                return true;
            }
            return false;
        }
    }
}
