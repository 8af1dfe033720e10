package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Program;

/**
 * The 14 capabilities of a container's root, as Docker and containerd give them: in the bounding, permitted and effective sets.
 * Inheritable (CVE-2022-29162) and ambient stay empty.
 */
final class Capabilities {
    /** Bits by include/uapi/linux/capability.h. */
    private static final int[] DEFAULTS = {
        0, // chown
        1, // dac_override
        3, // fowner
        4, // fsetid
        5, // kill
        6, // setgid
        7, // setuid
        8, // setpcap
        10, // net_bind_service
        13, // net_raw
        18, // sys_chroot
        27, // mknod
        29, // audit_write
        31, // setfcap
    };

    private static final int VERSION_3 = 0x20080522;
    /** Dropping one that the kernel does not know answers EINVAL, which is allowed above the last that 5.10 knows. */
    private static final int LAST_KNOWN_EVERYWHERE = 40;

    private static final int LAST_POSSIBLE = 63;

    private Capabilities() {}

    static long defaults() {
        long set = 0;
        for (int bit : DEFAULTS) {
            set |= 1L << bit;
        }
        return set;
    }

    /** Rows that take everything else from the bounding set; needs setpcap, so before {@link #keepDefaults}. */
    static void bound(Program program) {
        long keep = defaults();
        for (int bit = 0; bit <= LAST_POSSIBLE; bit++) {
            if ((keep >> bit & 1) == 0) {
                Program.Row row = program.add(Call.PRCTL, PR_CAPBSET_DROP, bit, 0, 0, 0);
                if (bit > LAST_KNOWN_EVERYWHERE) {
                    row.mayFail();
                }
            }
        }
    }

    /** Rows that leave exactly the defaults to root, and nothing to another user. */
    static void keepDefaults(Program program, boolean root) {
        long set = root ? defaults() : 0;
        Block header = program.arena().allocate(8).putInt(0, VERSION_3);
        Block data = program.arena()
                .allocate(24)
                .putInt(0, (int) set)
                .putInt(4, (int) set)
                .putInt(12, (int) (set >>> 32))
                .putInt(16, (int) (set >>> 32));
        program.add(Call.CAPSET, header, data).purpose("set capabilities");
        program.add(Call.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    }
}
