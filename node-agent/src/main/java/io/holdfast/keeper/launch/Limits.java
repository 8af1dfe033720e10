package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.oci.Spec.Rlimit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Resource limits of a container's processes; see getrlimit(2). Hard limits are raised with the host's rights before the user
 * namespace is joined; the exact values are set last, so that a low one does not starve the launch itself.
 */
final class Limits {
    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("RLIMIT_CPU", 0),
            Map.entry("RLIMIT_FSIZE", 1),
            Map.entry("RLIMIT_DATA", 2),
            Map.entry("RLIMIT_STACK", 3),
            Map.entry("RLIMIT_CORE", 4),
            Map.entry("RLIMIT_RSS", 5),
            Map.entry("RLIMIT_NPROC", 6),
            Map.entry("RLIMIT_NOFILE", 7),
            Map.entry("RLIMIT_MEMLOCK", 8),
            Map.entry("RLIMIT_AS", 9),
            Map.entry("RLIMIT_LOCKS", 10),
            Map.entry("RLIMIT_SIGPENDING", 11),
            Map.entry("RLIMIT_MSGQUEUE", 12),
            Map.entry("RLIMIT_NICE", 13),
            Map.entry("RLIMIT_RTPRIO", 14),
            Map.entry("RLIMIT_RTTIME", 15));

    private Limits() {}

    /** @param current hard limits of this process, by number */
    static void raise(Program program, List<Rlimit> limits, Map<Integer, Long> current) throws LaunchException {
        for (Rlimit limit : limits) {
            int number = number(limit);
            if (Long.compareUnsigned(limit.hard(), current.getOrDefault(number, -1L)) > 0) {
                set(program, number, limit.hard(), limit.hard(), limit.type());
            }
        }
    }

    static void set(Program program, List<Rlimit> limits) throws LaunchException {
        for (Rlimit limit : limits) {
            set(program, number(limit), limit.soft(), limit.hard(), limit.type());
        }
    }

    private static void set(Program program, int number, long soft, long hard, String type) {
        Block value = program.arena().allocate(16).putLong(0, soft).putLong(8, hard);
        program.add(Call.PRLIMIT64, 0, number, value, 0)
                .purpose("limit " + type + " to " + Long.toUnsignedString(soft) + " of " + Long.toUnsignedString(hard));
    }

    /** @throws LaunchException for one that is not known, is there twice or is upside down; its step is the field's path */
    static void check(List<Rlimit> limits) throws LaunchException {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < limits.size(); i++) {
            String field = "process.rlimits[" + i + "]";
            try {
                number(limits.get(i));
            } catch (LaunchException e) {
                throw new LaunchException(field, Errno.EINVAL, field + ": " + e.getMessage());
            }
            if (!seen.add(limits.get(i).type())) {
                throw new LaunchException(
                        field, Errno.EINVAL, field + ": limit " + limits.get(i).type() + " is there twice");
            }
        }
    }

    static int number(Rlimit limit) throws LaunchException {
        Integer number = limit.type() == null ? null : NUMBERS.get(limit.type());
        if (number == null) {
            throw new LaunchException("prlimit64", Errno.EINVAL, "limit " + limit.type() + " is not known");
        }
        if (Long.compareUnsigned(limit.soft(), limit.hard()) > 0) {
            throw new LaunchException(
                    "prlimit64",
                    Errno.EINVAL,
                    "limit " + limit.type() + ": soft " + Long.toUnsignedString(limit.soft()) + " is above hard "
                            + Long.toUnsignedString(limit.hard()));
        }
        return number;
    }
}
