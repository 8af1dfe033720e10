package io.holdfast.keeper.root;

import io.holdfast.keeper.linux.Launcher.MeantDirectory;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container's own layer: what it writes ({@code upper}), overlay's scratch space ({@code work}), and a mount
 * point for the image ({@code lower}), which old kernels need.
 *
 * @param owner host id of the container's root
 */
public record OverlayDirectories(Path upper, Path work, Path lower, int owner) {
    private static final int ROOT_MODE = 0755;
    private static final int FILE_MODE = 0644;
    private static final int ALL_MODE_BITS = 07777;

    /**
     * Makes them, empty and owned by root: what {@link #give} would else make.
     *
     * @param layersByFd whether the kernel needs no mount point for the image
     */
    public static void prepare(Path workDirectory, boolean layersByFd, Syscalls syscalls) throws IOException {
        OverlayDirectories made = in(workDirectory, 0);
        Files.createDirectory(made.upper);
        syscalls.chmod(made.upper.toString(), ROOT_MODE);
        Files.createDirectory(made.work);
        if (!layersByFd) {
            Files.createDirectory(made.lower);
        }
    }

    /** Gives the upper directory its owner; makes all of them where they were not prepared. */
    public static OverlayDirectories give(Path workDirectory, int owner, boolean layersByFd, Syscalls syscalls)
            throws IOException {
        OverlayDirectories given = in(workDirectory, owner);
        if (!Files.isDirectory(given.upper, LinkOption.NOFOLLOW_LINKS)) {
            prepare(workDirectory, layersByFd, syscalls);
        }
        refuseUsed(given.upper);
        syscalls.chown(given.upper.toString(), owner, owner);
        return given;
    }

    /** An earlier container could have left a symbolic link where the keeper writes next. */
    private static void refuseUsed(Path upper) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(upper)) {
            if (entries.iterator().hasNext()) {
                throw new IOException("directory " + upper + " holds what an earlier container wrote");
            }
        }
    }

    private static OverlayDirectories in(Path workDirectory, int owner) {
        return new OverlayDirectories(
                workDirectory.resolve("upper"), workDirectory.resolve("work"), workDirectory.resolve("lower"), owner);
    }

    /** What the image means and its layers do not show. */
    public void make(List<MeantDirectory> meant, Syscalls syscalls) throws IOException {
        for (MeantDirectory directory : meant) {
            directoryLike(directory.like(), upper.resolve(directory.path()), syscalls);
        }
    }

    /**
     * The container's own names, over the image's: hosts, hostname, resolv.conf. An image whose /etc is no directory gets none.
     *
     * @param imageEtc the image's, if it has one: the directory that is made over it has its owner and mode
     */
    public void writeNames(Optional<Path> imageEtc, String hostname, boolean hostNetwork, Syscalls syscalls)
            throws IOException {
        Path etc = upper.resolve("etc");
        if (!Files.exists(etc)) {
            if (imageEtc.isEmpty()) {
                directory(etc, syscalls);
            } else if (Files.isDirectory(imageEtc.get(), LinkOption.NOFOLLOW_LINKS)) {
                directoryLike(imageEtc.get(), etc, syscalls);
            } else {
                return;
            }
        }
        write(etc.resolve("hostname"), hostname + "\n", syscalls);
        write(etc.resolve("hosts"), "127.0.0.1 localhost\n::1 localhost\n127.0.0.1 " + hostname + "\n", syscalls);
        Path resolver = Path.of("/etc/resolv.conf");
        boolean copied = hostNetwork && Files.isReadable(resolver);
        write(
                etc.resolve("resolv.conf"),
                copied
                        ? Files.readString(resolver, StandardCharsets.ISO_8859_1)
                        : "# private network: no name servers\n",
                syscalls);
    }

    private void directoryLike(Path model, Path path, Syscalls syscalls) throws IOException {
        Map<String, Object> unix = Files.readAttributes(model, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
        Files.createDirectory(path);
        syscalls.chown(path.toString(), owner + (Integer) unix.get("uid"), owner + (Integer) unix.get("gid"));
        syscalls.chmod(path.toString(), (Integer) unix.get("mode") & ALL_MODE_BITS);
    }

    private void directory(Path path, Syscalls syscalls) throws IOException {
        Files.createDirectory(path);
        syscalls.chmod(path.toString(), ROOT_MODE);
        syscalls.chown(path.toString(), owner, owner);
    }

    private void write(Path path, String text, Syscalls syscalls) throws IOException {
        Files.writeString(path, text);
        syscalls.chmod(path.toString(), FILE_MODE);
        syscalls.chown(path.toString(), owner, owner);
    }

    /** After a failed launch. */
    public void discard() throws IOException {
        Directories.delete(upper);
        Directories.delete(work);
        Directories.delete(lower);
    }
}
