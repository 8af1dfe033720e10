package io.holdfast.keeper.root;

import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A container's own layer: what it writes ({@code upper}), overlay's scratch space ({@code work}), and a mount
 * point for the image ({@code lower}), which old kernels need.
 *
 * @param owner host id of the container's root
 */
public record OverlayDirectories(Path upper, Path work, Path lower, int owner) {
    private static final int ROOT_MODE = 0755;
    private static final int FILE_MODE = 0644;

    /**
     * Makes both, empty. What an earlier container wrote there goes: it could have left a symbolic link where the keeper writes next.
     */
    public static OverlayDirectories make(Path workDirectory, int owner, Syscalls syscalls) throws IOException {
        OverlayDirectories made = new OverlayDirectories(
                workDirectory.resolve("upper"), workDirectory.resolve("work"), workDirectory.resolve("lower"), owner);
        made.discard();
        made.directory(made.upper, syscalls);
        Files.createDirectory(made.work);
        Files.createDirectory(made.lower);
        return made;
    }

    /** The container's own names, over the image's: hosts, hostname, resolv.conf. */
    public void writeNames(String hostname, boolean hostNetwork, Syscalls syscalls) throws IOException {
        Path etc = upper.resolve("etc");
        directory(etc, syscalls);
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
