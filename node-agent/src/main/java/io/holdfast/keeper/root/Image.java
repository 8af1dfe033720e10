package io.holdfast.keeper.root;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What a container's root is made of. */
public sealed interface Image {

    /** The host's own programs and libraries over a generated skeleton. */
    record Host() implements Image {}

    /** A directory that holds a root file system; never written to. */
    record Directory(Path path) implements Image {}

    /**
     * @param rootfs {@code host} or {@code dir:/absolute/path}
     * @throws LaunchException where it is neither, or the directory is not there
     */
    static Image of(String rootfs) throws LaunchException {
        if (rootfs.equals("host")) {
            return new Host();
        }
        if (!rootfs.startsWith("dir:/")) {
            throw new LaunchException(
                    "rootfs",
                    Errno.EINVAL,
                    "root file system \"" + rootfs + "\" is neither host nor dir:/absolute/path");
        }
        Path path;
        try {
            path = Path.of(rootfs.substring("dir:".length())).normalize();
        } catch (InvalidPathException e) {
            throw new LaunchException("rootfs", Errno.EINVAL, "root file system \"" + rootfs + "\" is no path");
        }
        if (!Files.exists(path)) {
            throw new LaunchException("rootfs", Errno.ENOENT, "image directory " + path + " is not there");
        }
        if (!Files.isDirectory(path)) {
            throw new LaunchException("rootfs", Errno.ENOTDIR, "image " + path + " is not a directory");
        }
        return new Directory(path);
    }
}
