package io.holdfast.keeper.cgroup;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the host mounts its cgroup hierarchies, from {@code /proc/self/mountinfo}.
 *
 * @param v1 mount point by controller; controllers mounted together share one
 * @param v2 the unified hierarchy's mount point
 */
record CgroupMounts(Map<String, Path> v1, Optional<Path> v2) {

    private static final Set<String> CONTROLLERS =
            Set.of("cpu", "cpuacct", "cpuset", "memory", "pids", "freezer", "devices", "blkio");

    CgroupMounts {
        v1 = Map.copyOf(v1);
    }

    /** The first mount of a hierarchy counts: later ones are bind mounts of the same. */
    static CgroupMounts parse(List<String> mountinfo) {
        Map<String, Path> v1 = new LinkedHashMap<>();
        Optional<Path> v2 = Optional.empty();
        for (String line : mountinfo) {
            // proc(5): id parent major:minor root mountpoint options [optional fields] - type source superoptions
            int dash = line.indexOf(" - ");
            if (dash < 0) {
                continue;
            }
            String[] front = line.substring(0, dash).split(" ");
            String[] back = line.substring(dash + 3).split(" ");
            if (front.length < 5 || back.length < 3) {
                continue;
            }
            Path mountPoint = Path.of(unescape(front[4]));
            if (back[0].equals("cgroup2") && v2.isEmpty()) {
                v2 = Optional.of(mountPoint);
            } else if (back[0].equals("cgroup")) {
                for (String option : back[2].split(",")) {
                    if (CONTROLLERS.contains(option)) {
                        v1.putIfAbsent(option, mountPoint);
                    }
                }
            }
        }
        return new CgroupMounts(v1, v2);
    }

    String mode() {
        if (v1.isEmpty()) {
            return v2.isPresent() ? "v2" : "none";
        }
        return v2.isPresent() ? "hybrid" : "v1";
    }

    /** mountinfo writes space, tab, newline and backslash as three octal digits. */
    static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }
}
