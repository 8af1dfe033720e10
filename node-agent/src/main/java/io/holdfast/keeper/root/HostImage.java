package io.holdfast.keeper.root;

import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The image {@code host}: a skeleton of directories with a generated /etc, and read-only binds of the host's /usr and, where they are
 * no links into it, /bin, /sbin and /lib*. Nothing else of the host is in it.
 *
 * <p>The skeleton is the lower layer and is idmapped, so that root in the container owns it; the binds are not, so that the host's
 * private files stay nobody's. It is made once a boot and never changes: running overlays stand on it.
 */
public final class HostImage {
    private static final List<String> PROGRAM_DIRECTORIES =
            List.of("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32");
    private static final List<String> DIRECTORIES =
            List.of("dev", "etc", "home", "mnt", "opt", "proc", "run", "srv", "sys", "var", "var/lib", "var/log");
    private static final String WORLD_WRITABLE = "rwxrwxrwt";

    private final Path skeleton;
    private final List<String> binds;

    private HostImage(Path skeleton, List<String> binds) {
        this.skeleton = skeleton;
        this.binds = List.copyOf(binds);
    }

    public Path skeleton() {
        return skeleton;
    }

    /** Names below / that are bound from the host. */
    public List<String> binds() {
        return binds;
    }

    /**
     * Makes the skeleton, or finds the one of this boot.
     *
     * @param directory where skeletons lie, on a file system that can be idmapped (not below /run before 6.3)
     * @param host the host's root, / outside of tests
     */
    public static HostImage open(Path directory, Path host, Syscalls syscalls) throws IOException {
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).substring(0, 8);
        Path skeleton = directory.resolve("host-image-" + boot);
        if (!Files.isDirectory(skeleton)) {
            build(directory, skeleton, host, syscalls);
        }
        List<String> binds = new ArrayList<>();
        for (String name : PROGRAM_DIRECTORIES) {
            if (Files.isDirectory(host.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                binds.add(name);
            }
        }
        return new HostImage(skeleton, binds);
    }

    private static void build(Path directory, Path skeleton, Path host, Syscalls syscalls) throws IOException {
        Files.createDirectories(directory);
        Path building = Files.createTempDirectory(directory, "host-image-building-");
        Files.setPosixFilePermissions(building, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            populate(building, host, syscalls);
            Files.move(building, skeleton, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            // another launcher was faster; a skeleton is a skeleton
            Directories.delete(building);
        } catch (IOException e) {
            Directories.delete(building);
            if (!Files.isDirectory(skeleton)) {
                throw e;
            }
        }
    }

    private static void populate(Path root, Path host, Syscalls syscalls) throws IOException {
        for (String name : DIRECTORIES) {
            directory(root.resolve(name), "rwxr-xr-x", syscalls);
        }
        directory(root.resolve("root"), "rwx------", syscalls);
        directory(root.resolve("tmp"), WORLD_WRITABLE, syscalls);
        directory(root.resolve("var/tmp"), WORLD_WRITABLE, syscalls);
        Files.createSymbolicLink(root.resolve("var/run"), Path.of("/run"));
        for (String name : PROGRAM_DIRECTORIES) {
            Path there = host.resolve(name);
            if (Files.isSymbolicLink(there)) {
                Files.createSymbolicLink(root.resolve(name), Files.readSymbolicLink(there));
            } else if (Files.isDirectory(there)) {
                directory(root.resolve(name), "rwxr-xr-x", syscalls);
            }
        }
        etc(root.resolve("etc"), host.resolve("etc"), syscalls);
    }

    private static void directory(Path path, String mode, Syscalls syscalls) throws IOException {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode.replace('t', 'x')));
        if (mode.equals(WORLD_WRITABLE)) {
            syscalls.chmod(path.toString(), 01777);
        }
    }

    private static void etc(Path etc, Path hostEtc, Syscalls syscalls) throws IOException {
        file(etc.resolve("passwd"), """
                root:x:0:0:root:/root:/bin/sh
                daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
                nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                """);
        file(etc.resolve("group"), """
                root:x:0:
                daemon:x:1:
                tty:x:5:
                nogroup:x:65534:
                """);
        file(etc.resolve("nsswitch.conf"), """
                passwd: files
                group: files
                hosts: files dns
                """);
        file(etc.resolve("profile"), "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
        file(etc.resolve("os-release"), "ID=holdfast-host\nPRETTY_NAME=\"programs of the host\"\n");
        // programs of the host are found through these two: no secrets, only names of libraries and programs
        Path cache = hostEtc.resolve("ld.so.cache");
        if (Files.isRegularFile(cache)) {
            Files.copy(cache, etc.resolve("ld.so.cache"));
            syscalls.chmod(etc.resolve("ld.so.cache").toString(), 0644);
        }
        Path alternatives = hostEtc.resolve("alternatives");
        directory(etc.resolve("alternatives"), "rwxr-xr-x", syscalls);
        if (Files.isDirectory(alternatives)) {
            try (Stream<Path> links = Files.list(alternatives)) {
                for (Path link : links.filter(Files::isSymbolicLink).toList()) {
                    Files.createSymbolicLink(
                            etc.resolve("alternatives").resolve(link.getFileName()), Files.readSymbolicLink(link));
                }
            }
        }
    }

    private static void file(Path path, String text) throws IOException {
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
