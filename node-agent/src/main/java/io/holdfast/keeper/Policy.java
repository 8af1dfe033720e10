package io.holdfast.keeper;

import io.holdfast.keeper.api.Request;
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

/**
 * What the node's owner permits, whoever asks. Without a policy file all of it is refused.
 *
 * @param hostImage containers may show the host's /usr
 * @param hostNetwork sandboxes may share the host's network
 * @param hostUser sandboxes may go without a user namespace: root inside is root on the host
 * @param exact containers may take an OCI configuration as it stands, and sandboxes join namespaces of the host: whoever is allowed
 *     that is root on this node
 * @param directories containers may use directories at or below these as roots and bind mounts
 * @param forbidden never given to a container, whatever {@code directories} says: the keeper's own
 */
record Policy(
        boolean hostImage,
        boolean hostNetwork,
        boolean hostUser,
        boolean exact,
        List<Path> directories,
        List<Path> forbidden) {

    Policy {
        directories = List.copyOf(directories);
        forbidden = List.copyOf(forbidden);
    }

    /** @param file an empty path for no file */
    static Outcome<Policy> read(Path file, List<Path> forbidden) {
        if (file.toString().isEmpty()) {
            return Outcome.ok(new Policy(false, false, false, false, List.of(), forbidden));
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
        boolean exact = in.flag("exact", false);
        List<Path> directories = new ArrayList<>();
        for (String directory : in.texts("directories", List.of())) {
            if (directory.startsWith("/")) {
                directories.add(Path.of(directory).normalize());
            } else {
                in.reject("directories", directory, "is not an absolute path");
            }
        }
        return in.finish(() -> new Policy(image, network, user, exact, directories, forbidden));
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
        if (exact) {
            words.add("exact");
        }
        directories.forEach(directory -> words.add("directory:" + directory));
        return words;
    }

    void check(Request.CreateSandbox request) throws RefusedException {
        if (request.network().equals("host") && !hostNetwork) {
            throw refused("network host", "host-network: true");
        }
        if (!request.userNamespace() && !hostUser) {
            throw refused("a sandbox without a user namespace", "host-user: true");
        }
    }

    void checkExact() throws RefusedException {
        if (!exact) {
            throw refused("a container that takes an OCI configuration as it stands", "exact: true");
        }
    }

    /** @param kind as the client named it */
    void checkNamespace(String type, String kind) throws RefusedException {
        boolean allowed = exact
                || kind.equals("new")
                || kind.startsWith("container:")
                || kind.equals("host") && (type.equals("net") && hostNetwork || type.equals("user") && hostUser);
        if (!allowed) {
            String word = type.equals("net") && kind.equals("host")
                    ? "host-network"
                    : type.equals("user") && kind.equals("host") ? "host-user" : "exact";
            throw refused("namespaces." + type + " " + kind, word + ": true");
        }
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
        throw RefusedException.badRequest("rootfs %s is neither host nor dir:/absolute/path", rootfs);
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

    private static RefusedException refused(String what, String wayOut) {
        return RefusedException.byPolicy(
                "%s is not permitted on this node: its policy file would need %s", what, wayOut);
    }
}
