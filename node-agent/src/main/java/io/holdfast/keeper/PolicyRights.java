package io.holdfast.keeper;

import io.holdfast.keeper.oci.Spec;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Rights of containers beyond the default ones that the node's owner permits.
 *
 * @param capabilities names beyond the 14 that every root has
 * @param devices device files of the host: containers may have the devices that these are
 * @param newPrivileges containers may run programs that give rights, as sudo does
 * @param seccompProfiles containers may bring a filter of their own, or none
 * @param apparmorProfiles loaded profiles that containers may ask for, also {@code unconfined}
 * @param sysctls names, or beginnings of names followed by {@code *}
 * @param exact containers may be made exactly as a configuration says, without the defaults that protect others
 */
record PolicyRights(
        Set<String> capabilities,
        List<Path> devices,
        boolean newPrivileges,
        boolean seccompProfiles,
        List<String> apparmorProfiles,
        List<String> sysctls,
        boolean exact) {

    static final PolicyRights NONE = new PolicyRights(Set.of(), List.of(), false, false, List.of(), List.of(), false);

    PolicyRights {
        capabilities = Set.copyOf(capabilities);
        devices = List.copyOf(devices);
        apparmorProfiles = List.copyOf(apparmorProfiles);
        sysctls = List.copyOf(sysctls);
    }

    /** The words of {@code hello}. */
    Stream<String> words() {
        return Stream.of(
                        new TreeSet<>(capabilities).stream().map(name -> "capability:" + name),
                        devices.stream().map(path -> "device:" + path),
                        word(newPrivileges, "new-privileges"),
                        word(seccompProfiles, "seccomp-profiles"),
                        apparmorProfiles.stream().map(name -> "apparmor-profile:" + name),
                        sysctls.stream().map(name -> "sysctl:" + name),
                        word(exact, "exact"))
                .flatMap(words -> words);
    }

    private static Stream<String> word(boolean permitted, String word) {
        return permitted ? Stream.of(word) : Stream.of();
    }

    void check(Spec spec) throws RefusedException {
        process(spec.process());
        if (!spec.linux().seccomp().equals(Spec.Seccomp.NONE) && !seccompProfiles) {
            throw Policy.refused("a seccomp profile of the container's own", "seccomp-profiles: true");
        }
        for (String name : spec.linux().sysctl().keySet()) {
            if (sysctls.stream().noneMatch(pattern -> matches(pattern, name))) {
                throw Policy.refused("sysctl " + Checks.shorten(name), "sysctls: [" + Checks.shorten(name) + "]");
            }
        }
        for (Spec.Device device : spec.linux().devices()) {
            if (!"p".equals(device.type()) && devices.stream().noneMatch(path -> isDevice(path, device))) {
                throw Policy.refused(
                        "device %s (%s %d:%d)"
                                .formatted(
                                        Checks.shorten(device.path()),
                                        Checks.shorten(device.type()),
                                        device.major(),
                                        device.minor()),
                        "devices: [its path on this host]");
            }
        }
    }

    /** Whether a rule names a device that containers may have. */
    boolean permits(Spec.DeviceRule rule) {
        Spec.Device device = new Spec.Device(rule.type(), "", rule.major(), rule.minor(), 0, 0, 0);
        return devices.stream().anyMatch(path -> isDevice(path, device));
    }

    /** Of a container's first program, or of a later one. */
    void process(Spec.Process process) throws RefusedException {
        Spec.Capabilities named = process.capabilities();
        for (List<String> set :
                List.of(named.bounding(), named.effective(), named.inheritable(), named.permitted(), named.ambient())) {
            for (String name : set) {
                if (!Spec.Capabilities.DEFAULT.bounding().contains(name) && !capabilities.contains(name)) {
                    throw Policy.refused(
                            "capability " + Checks.shorten(name), "capabilities: [" + Checks.shorten(name) + "]");
                }
            }
        }
        if (!process.noNewPrivileges() && !newPrivileges) {
            throw Policy.refused("a process without noNewPrivileges", "new-privileges: true");
        }
        String profile = process.apparmorProfile();
        if (!profile.isEmpty() && !apparmorProfiles.contains(profile)) {
            throw Policy.refused(
                    "AppArmor profile " + Checks.shorten(profile),
                    "apparmor-profiles: [" + Checks.shorten(profile) + "]");
        }
    }

    private static boolean matches(String pattern, String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }

    /** Compared by number, which is what the kernel goes by; a path that is not there permits nothing. */
    private static boolean isDevice(Path path, Spec.Device device) {
        String type = "u".equals(device.type()) ? "c" : device.type();
        return HostDevices.at(path)
                .filter(host ->
                        host.type().equals(type) && host.major() == device.major() && host.minor() == device.minor())
                .isPresent();
    }
}
