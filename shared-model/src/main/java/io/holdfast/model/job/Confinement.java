package io.holdfast.model.job;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a task may do beyond, or may not do of, what every container may. What is more than usual the node's policy must permit.
 *
 * @param addCapabilities sorted names as {@code CAP_SYS_TIME}, over the usual ones
 * @param dropCapabilities sorted names of usual ones that it does without; {@link #ALL} for all of them
 * @param readOnlyRoot whether its root cannot be written
 * @param noNewPrivileges whether programs cannot give rights, as sudo does
 * @param seccomp whether the usual filter of system calls holds
 * @param apparmorProfile a profile that the node has loaded; empty for the node's default
 * @param sysctls kernel parameters of its own namespaces, names in dots
 * @param ulimits by lower-case names as {@code nofile}
 * @param devices of the node, besides the usual ones
 */
public record Confinement(
        List<String> addCapabilities,
        List<String> dropCapabilities,
        boolean readOnlyRoot,
        boolean noNewPrivileges,
        boolean seccomp,
        String apparmorProfile,
        SortedMap<String, String> sysctls,
        SortedMap<String, Ulimit> ulimits,
        List<TaskDevice> devices) {

    /** In {@code dropCapabilities}: whatever there is. */
    public static final String ALL = "ALL";

    /** What every container has. */
    public static final Confinement USUAL = new Confinement(
            List.of(),
            List.of(),
            false,
            true,
            true,
            "",
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            List.of());

    public Confinement {
        addCapabilities = addCapabilities.stream().distinct().sorted().toList();
        dropCapabilities = dropCapabilities.stream().distinct().sorted().toList();
        Objects.requireNonNull(apparmorProfile, "apparmorProfile");
        sysctls = Collections.unmodifiableSortedMap(new TreeMap<>(sysctls));
        ulimits = Collections.unmodifiableSortedMap(new TreeMap<>(ulimits));
        devices = List.copyOf(devices);
    }
}
