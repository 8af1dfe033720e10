package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.Guard;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.oci.Spec;
import java.util.List;

/**
 * The capability sets of a program; see capabilities(7).
 *
 * <p>What execve makes of them depends on the user. Root gets the bounding set, whatever the permitted set was. Another user keeps
 * nothing but the ambient set, so that is all it is given here: otherwise its working directory and its program would still be looked
 * up with rights that it is about to lose.
 */
public final class Capabilities {
    /** In the order of include/uapi/linux/capability.h: the place is the bit. */
    private static final List<String> NAMES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_LINUX_IMMUTABLE",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_BROADCAST",
            "CAP_NET_ADMIN",
            "CAP_NET_RAW",
            "CAP_IPC_LOCK",
            "CAP_IPC_OWNER",
            "CAP_SYS_MODULE",
            "CAP_SYS_RAWIO",
            "CAP_SYS_CHROOT",
            "CAP_SYS_PTRACE",
            "CAP_SYS_PACCT",
            "CAP_SYS_ADMIN",
            "CAP_SYS_BOOT",
            "CAP_SYS_NICE",
            "CAP_SYS_RESOURCE",
            "CAP_SYS_TIME",
            "CAP_SYS_TTY_CONFIG",
            "CAP_MKNOD",
            "CAP_LEASE",
            "CAP_AUDIT_WRITE",
            "CAP_AUDIT_CONTROL",
            "CAP_SETFCAP",
            "CAP_MAC_OVERRIDE",
            "CAP_MAC_ADMIN",
            "CAP_SYSLOG",
            "CAP_WAKE_ALARM",
            "CAP_BLOCK_SUSPEND",
            "CAP_AUDIT_READ",
            "CAP_PERFMON",
            "CAP_BPF",
            "CAP_CHECKPOINT_RESTORE");

    private static final int VERSION_3 = 0x20080522;
    /** Dropping one that the kernel does not know answers EINVAL, which is allowed above the last that 5.10 knows. */
    private static final int LAST_KNOWN_EVERYWHERE = NAMES.size() - 1;

    private static final int LAST_POSSIBLE = 63;

    private Capabilities() {}

    /** One bit for each capability. */
    public record Sets(long bounding, long effective, long inheritable, long permitted, long ambient) {}

    /**
     * @throws LaunchException for a name that is not known, and for sets that the kernel would refuse or silently cut; its step is the
     *     path of the field
     */
    public static Sets read(Spec.Capabilities named) throws LaunchException {
        Sets sets = new Sets(
                bits("bounding", named.bounding()),
                bits("effective", named.effective()),
                bits("inheritable", named.inheritable()),
                bits("permitted", named.permitted()),
                bits("ambient", named.ambient()));
        subset("effective", sets.effective(), "permitted", sets.permitted());
        subset("ambient", sets.ambient(), "permitted", sets.permitted());
        subset("ambient", sets.ambient(), "inheritable", sets.inheritable());
        subset("inheritable", sets.inheritable(), "bounding", sets.bounding());
        return sets;
    }

    /** The bit of a name, -1 where it is not known. */
    public static int bit(String name) {
        return NAMES.indexOf(name);
    }

    private static long bits(String set, List<String> names) throws LaunchException {
        long bits = 0;
        for (int i = 0; i < names.size(); i++) {
            int bit = bit(names.get(i));
            if (bit < 0) {
                throw refused(set + "[" + i + "]", names.get(i) + " is not a capability: names are as CAP_CHOWN");
            }
            bits |= 1L << bit;
        }
        return bits;
    }

    private static void subset(String set, long bits, String of, long whole) throws LaunchException {
        long surplus = bits & ~whole;
        if (surplus != 0) {
            throw refused(set, NAMES.get(Long.numberOfTrailingZeros(surplus)) + " is not in the " + of + " set");
        }
    }

    private static LaunchException refused(String field, String why) {
        String path = "process.capabilities." + field;
        return new LaunchException(path, Errno.EINVAL, path + ": " + why);
    }

    /** Rows that take everything else from the bounding set; needs setpcap, so before {@link #set}. */
    static void bound(Program program, Sets sets) {
        for (int bit = 0; bit <= LAST_POSSIBLE; bit++) {
            if ((sets.bounding() >> bit & 1) == 0) {
                Program.Row row = program.add(Call.PRCTL, PR_CAPBSET_DROP, bit, 0, 0, 0);
                if (bit > LAST_KNOWN_EVERYWHERE) {
                    row.mayFail();
                }
            }
        }
    }

    /** A row that lets capabilities pass a change from root to another user, where that user is to have some. */
    static void keep(Program program, Sets sets, boolean root, boolean admin) {
        if (!root && (admin || (sets.ambient() | sets.inheritable()) != 0)) {
            program.add(Call.PRCTL, PR_SET_KEEPCAPS, 1, 0, 0, 0);
        }
    }

    /**
     * Rows that leave exactly these.
     *
     * @param admin and CAP_SYS_ADMIN until execve, which computes root's permitted set from the bounding set and another user's from the
     *     ambient one: neither is changed by it
     */
    static void set(Program program, Sets sets, boolean root, boolean admin, LaunchGuards guards) {
        long extra = admin ? 1L << bit("CAP_SYS_ADMIN") : 0;
        long permitted = (root ? sets.permitted() : sets.ambient()) | extra;
        long effective = (root ? sets.effective() : sets.ambient()) | extra;
        long inheritable = guards.has(Guard.INHERITABLE) ? sets.inheritable() : permitted;
        Block header = program.arena().allocate(8).putInt(0, VERSION_3);
        Block data = program.arena()
                .allocate(24)
                .putInt(0, (int) effective)
                .putInt(4, (int) permitted)
                .putInt(8, (int) inheritable)
                .putInt(12, (int) (effective >>> 32))
                .putInt(16, (int) (permitted >>> 32))
                .putInt(20, (int) (inheritable >>> 32));
        program.add(Call.CAPSET, header, data).purpose("set capabilities");
        program.add(Call.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        for (int bit = 0; bit < NAMES.size(); bit++) {
            if ((sets.ambient() >> bit & 1) != 0) {
                program.add(Call.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit, 0, 0)
                        .purpose("ambient " + NAMES.get(bit));
            }
        }
    }
}
