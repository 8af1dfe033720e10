package io.holdfast.keeper;

import io.holdfast.keeper.api.Request;
import io.holdfast.keeper.cgroup.DefaultDevices;
import io.holdfast.keeper.launch.Capabilities;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.model.config.ConfigReader;
import io.holdfast.model.error.Outcome;
import io.holdfast.model.error.Rejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the node's owner permits, whoever asks. Without a policy file all of it is refused.
 *
 * @param hostImage containers may show the host's /usr
 * @param hostNetwork sandboxes may share the host's network
 * @param hostUser sandboxes may go without a user namespace: root inside is root on the host
 * @param hostNamespaces types of namespaces ({@code pid}, {@code ipc}, {@code uts}) that containers may share with the host
 * @param directories containers may use directories at or below these as roots and bind mounts
 * @param rights of containers beyond the default ones
 * @param forbidden never given to a container, whatever {@code directories} says: the keeper's own
 */
record Policy(
        boolean hostImage,
        boolean hostNetwork,
        boolean hostUser,
        Set<String> hostNamespaces,
        List<Path> directories,
        PolicyRights rights,
        List<Path> forbidden) {

    Policy {
        hostNamespaces = Set.copyOf(hostNamespaces);
        directories = List.copyOf(directories);
        forbidden = List.copyOf(forbidden);
    }

    /** @param file an empty path for no file */
    static Outcome<Policy> read(Path file, List<Path> forbidden) {
        if (file.toString().isEmpty()) {
            return Outcome.ok(new Policy(false, false, false, Set.of(), List.of(), PolicyRights.NONE, forbidden));
        }
        Optional<String> open = openToOthers(file);
        if (open.isPresent()) {
            return Outcome.refused(Rejected.invalid("policy-file", file.toString(), open.get()));
        }
        return read(ConfigReader.forRole("policy").file(file).open(), forbidden);
    }

    /** Whoever can write the policy is root on this node. */
    private static Optional<String> openToOthers(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            boolean writable = permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE);
            return writable
                    ? Optional.of("can be written by others than its owner: chmod 644 " + file)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // a file that is not there is the reader's to tell
        }
    }

    private static Outcome<Policy> read(ConfigReader in, List<Path> forbidden) {
        boolean image = in.flag("host-image", false);
        boolean network = in.flag("host-network", false);
        boolean user = in.flag("host-user", false);
        Set<String> namespaces = new TreeSet<>();
        add(namespaces, "pid", in.flag("host-pid", false));
        add(namespaces, "ipc", in.flag("host-ipc", false));
        add(namespaces, "uts", in.flag("host-uts", false));
        List<Path> directories = absolute(in, "directories", in.texts("directories", List.of()));
        Set<String> capabilities = new TreeSet<>();
        for (String name : in.texts("capabilities", List.of())) {
            if (Capabilities.bit(name) < 0) {
                in.reject("capabilities", name, "is not a capability such as CAP_SYS_TIME");
            }
            capabilities.add(name);
        }
        List<Path> devices = absolute(in, "devices", in.texts("devices", List.of()));
        boolean newPrivileges = in.flag("new-privileges", false);
        boolean seccomp = in.flag("seccomp-profiles", false);
        List<String> appArmor = in.texts("apparmor-profiles", List.of());
        List<String> sysctls = in.texts("sysctls", List.of());
        boolean exact = in.flag("exact", false);
        return in.finish(() -> new Policy(
                image,
                network,
                user,
                namespaces,
                directories,
                new PolicyRights(capabilities, devices, newPrivileges, seccomp, appArmor, sysctls, exact),
                forbidden));
    }

    private static void add(Set<String> types, String type, boolean permitted) {
        if (permitted) {
            types.add(type);
        }
    }

    private static List<Path> absolute(ConfigReader in, String key, List<String> texts) {
        List<Path> paths = new ArrayList<>();
        for (String text : texts) {
            if (text.startsWith("/")) {
                paths.add(Path.of(text).normalize());
            } else {
                in.reject(key, text, "is not an absolute path");
            }
        }
        return paths;
    }

    /** The words of {@code hello}. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        if (hostImage) {
            words.add("host-image");
        }
        if (hostNetwork) {
            words.add("host-network");
        }
        if (hostUser) {
            words.add("host-user");
        }
        new TreeSet<>(hostNamespaces).forEach(type -> words.add("host-" + type));
        directories.forEach(directory -> words.add("directory:" + directory));
        rights.words().forEach(words::add);
        return words;
    }

    /** Whether a container may be made exactly as a configuration says. */
    void checkExact() throws RefusedException {
        require(rights.exact(), "a container made exactly as its configuration says", "exact: true");
    }

    private static void require(boolean permitted, String what, String wayOut) throws RefusedException {
        if (!permitted) {
            throw refused(what, wayOut);
        }
    }

    void check(Request.CreateSandbox request) throws RefusedException {
        require(!request.network().equals("host") || hostNetwork, "network host", "host-network: true");
        require(request.userNamespace() || hostUser, "a sandbox without a user namespace", "host-user: true");
    }

    /** @param kind as the client named it */
    void checkNamespace(String type, String kind) throws RefusedException {
        boolean host = kind.equals("host")
                && switch (type) {
                    case "net" -> hostNetwork;
                    case "user" -> hostUser;
                    default -> hostNamespaces.contains(type);
                };
        boolean own = kind.equals("new") || kind.startsWith("container:");
        String word = kind.equals("host") ? "host-" + (type.equals("net") ? "network" : type) : "exact";
        require(own || host || rights.exact(), "namespaces." + type + " " + kind, word + ": true");
    }

    /**
     * The root to use: {@code host}, or {@code dir:} with all symbolic links resolved, so that what was checked is what is
     * mounted.
     */
    String checkedRoot(String rootfs) throws RefusedException {
        if (rootfs.equals("host")) {
            if (!hostImage) {
                throw refused("image host", "host-image: true");
            }
            return rootfs;
        }
        if (rootfs.startsWith("dir:/")) {
            return "dir:" + checkedDirectory(rootfs.substring("dir:".length()));
        }
        throw RefusedException.badRequest("rootfs %s is neither host, dir:/absolute/path nor layers:…", rootfs);
    }

    /** The mounts to use, their sources resolved. Only binds and tmpfs: another type could name a device of the host. */
    List<Spec.Mount> checkedMounts(List<Spec.Mount> mounts) throws RefusedException {
        List<Spec.Mount> checked = new ArrayList<>();
        for (Spec.Mount mount : mounts) {
            boolean bind = "bind".equals(mount.type())
                    || mount.options().contains("bind")
                    || mount.options().contains("rbind");
            if (bind) {
                checked.add(new Spec.Mount(
                        mount.destination(), mount.type(), checkedDirectory(mount.source()), mount.options()));
            } else if ("tmpfs".equals(mount.type())) {
                checked.add(mount);
            } else {
                throw RefusedException.unsupported(
                        "mount type %s on %s: bind and tmpfs are", mount.type(), mount.destination());
            }
        }
        return checked;
    }

    /** Rules that allow more than every container has anyway. Who may make exact containers may have any device. */
    void checkDevices(List<Spec.DeviceRule> rules) throws RefusedException {
        for (Spec.DeviceRule rule : rules) {
            if (rule.allow() && !DefaultDevices.cover(rule) && !rights.permits(rule) && !rights.exact()) {
                throw refused(
                        "access %s to device %s %s:%s"
                                .formatted(rule.access(), rule.type(), number(rule.major()), number(rule.minor())),
                        "devices: [its path on this host]");
            }
        }
    }

    private static String number(int number) {
        return number == Spec.DeviceRule.ALL ? "*" : Integer.toString(number);
    }

    private String checkedDirectory(String directory) throws RefusedException {
        Path real;
        try {
            if (directory == null || !directory.startsWith("/")) {
                throw RefusedException.badRequest("directory %s is not an absolute path", directory);
            }
            real = Path.of(directory).toRealPath();
        } catch (IOException | IllegalArgumentException e) {
            throw RefusedException.badRequest("directory %s is not there", directory);
        }
        for (Path own : forbidden) {
            if (real.startsWith(own) || own.startsWith(real)) {
                throw RefusedException.byPolicy("directory %s holds the keeper's own files", directory);
            }
        }
        for (Path permitted : directories) {
            try {
                if (real.startsWith(permitted.toRealPath())) {
                    return real.toString();
                }
            } catch (IOException e) {
                // a permitted directory that is not there permits nothing
            }
        }
        throw refused("directory " + directory, "directories: [" + directory + "]");
    }

    static RefusedException refused(String what, String wayOut) {
        return RefusedException.byPolicy(
                "%s is not permitted on this node: its policy file would need %s", what, wayOut);
    }
}
