package io.holdfast.keeper.root;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Guard;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Launcher;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeCalls;
import io.holdfast.keeper.linux.Uapi;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Users and groups by name, as an image's USER gives them: {@code user}, {@code user:group}, either of them a name or a number. They
 * are looked up in the image's /etc/passwd and /etc/group, which an attacker may have written: links are followed within the image
 * alone, nothing but a regular file is opened, and no more than a bounded part of it is read (CVE-2024-9676).
 */
public final class UserNames {
    /** Of a file of users or groups. A directory of 10,000 users has half of it. */
    static final int MAX_BYTES = 1 << 20;

    /** The kernel takes no more (NGROUPS_MAX), and an image has no need of as many. */
    private static final int MAX_GROUPS = 1024;

    private static final int S_IFMT = 0xf000;
    private static final int LAST_ID = 65_535;

    private final Syscalls syscalls;
    private final LaunchGuards guards;

    public UserNames(Syscalls syscalls, LaunchGuards guards) {
        this.syscalls = syscalls;
        this.guards = guards;
    }

    /**
     * The user with numbers in place of its name, and its home; a user without a name is given back as it is.
     *
     * @param root the image's directory
     * @throws LaunchException where the image has no such user or group, or its files are no such files; its step is the field
     */
    public Launcher.KnownUser resolve(Path root, Spec.User user) throws LaunchException {
        return resolve(
                file -> guards.has(Guard.USER_NAMES) ? within(root, file) : bounded(root.resolve(file), file), user);
    }

    /**
     * The same in an image of layers.
     *
     * @param layers the topmost first
     */
    public Launcher.KnownUser resolve(List<Path> layers, Spec.User user) throws LaunchException {
        MergedTree tree = new MergedTree(layers, directory -> TreeCalls.isOpaque(directory, syscalls));
        return resolve(
                file -> {
                    Optional<Path> found = tree.find(file);
                    return found.isPresent() ? bounded(found.get(), file) : List.of();
                },
                user);
    }

    /** The lines of a file of the image. */
    @FunctionalInterface
    private interface Source {
        List<String> lines(String file) throws IOException, LaunchException;
    }

    private Launcher.KnownUser resolve(Source root, Spec.User user) throws LaunchException {
        if (user.username().isEmpty()) {
            return new Launcher.KnownUser(user, "");
        }
        String[] parts = user.username().split(":", 2);
        String name = parts[0];
        Optional<Integer> number = number(name);
        Optional<String[]> entry = find(
                lines(root, "etc/passwd"),
                7,
                fields -> number.isPresent() ? fields[2].equals(number.get().toString()) : fields[0].equals(name));
        int uid = number.orElse(-1);
        int gid = 0;
        String known = number.isPresent() ? "" : name;
        if (entry.isPresent()) {
            known = entry.get()[0];
            uid = id(entry.get()[2], "user " + name);
            gid = id(entry.get()[3], "group of user " + name);
        } else if (number.isEmpty()) {
            throw refused("user " + name + " is not in the image's /etc/passwd");
        }
        TreeSet<Integer> groups = new TreeSet<>(user.additionalGids());
        if (parts.length == 2) {
            gid = group(root, parts[1]);
        } else if (!known.isEmpty()) {
            groups.addAll(groupsOf(root, known));
        }
        if (groups.size() > MAX_GROUPS) {
            throw refused("user " + name + " is in " + groups.size() + " groups, more than " + MAX_GROUPS);
        }
        return new Launcher.KnownUser(
                new Spec.User(uid, gid, List.copyOf(groups), user.umask(), ""),
                entry.map(fields -> fields[5]).filter(UserNames::isHome).orElse("/"));
    }

    private static boolean isHome(String path) {
        return path.startsWith("/") && path.indexOf('\0') < 0;
    }

    private static int group(Source root, String name) throws LaunchException {
        Optional<Integer> number = number(name);
        if (number.isPresent()) {
            return number.get();
        }
        String[] entry = find(lines(root, "etc/group"), 3, fields -> fields[0].equals(name))
                .orElseThrow(() -> refused("group " + name + " is not in the image's /etc/group"));
        return id(entry[2], "group " + name);
    }

    private static List<Integer> groupsOf(Source root, String user) throws LaunchException {
        List<Integer> groups = new ArrayList<>();
        for (String line : lines(root, "etc/group")) {
            String[] fields = line.split(":", -1);
            if (fields.length >= 4 && List.of(fields[3].split(",")).contains(user)) {
                groups.add(id(fields[2], "group " + fields[0]));
            }
        }
        return groups;
    }

    private static Optional<String[]> find(List<String> lines, int fields, Predicate<String[]> matches) {
        return lines.stream()
                .map(line -> line.split(":", -1))
                .filter(line -> line.length >= fields && matches.test(line))
                .findFirst();
    }

    private static Optional<Integer> number(String text) throws LaunchException {
        // however long: a number that is too large must not be taken for a name (CVE-2026-46680)
        return text.matches("[0-9]+") ? Optional.of(id(text, "number " + text)) : Optional.empty();
    }

    private static int id(String text, String what) throws LaunchException {
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > LAST_ID) {
            throw refused(what + " has the id " + text + ", which is not between 0 and " + LAST_ID);
        }
        return Integer.parseInt(text);
    }

    /** No such file is an empty one: an image may have none. */
    private static List<String> lines(Source root, String file) throws LaunchException {
        try {
            return root.lines(file);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return List.of();
            }
            throw new LaunchException(
                    "process.user.username", e.errno(), "the image's /" + file + ": " + e.getMessage());
        } catch (IOException e) {
            throw refused("the image's /" + file + " cannot be read: " + e.getMessage());
        }
    }

    private List<String> within(Path root, String file) throws IOException, LaunchException {
        int directory = syscalls.open(root.toString(), Syscalls.O_PATH, 0);
        try {
            // only a path, so that neither a FIFO nor a device is opened before it is known to be none
            int found = syscalls.openAt2(
                    directory, file, Syscalls.O_PATH, Uapi.RESOLVE_IN_ROOT | Uapi.RESOLVE_NO_MAGICLINKS);
            try {
                return bounded(Path.of("/proc/self/fd/" + found), file);
            } finally {
                syscalls.close(found);
            }
        } finally {
            syscalls.close(directory);
        }
    }

    private static List<String> bounded(Path path, String file) throws IOException, LaunchException {
        if (((Integer) Files.getAttribute(path, "unix:mode") & S_IFMT) != Uapi.S_IFREG) {
            throw refused("the image's /" + file + " is not a regular file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw refused("the image's /" + file + " has more than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static LaunchException refused(String why) {
        return new LaunchException("process.user.username", Errno.EINVAL, "process.user.username: " + why);
    }
}
