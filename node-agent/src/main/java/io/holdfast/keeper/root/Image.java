package io.holdfast.keeper.root;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a container's root is made of. */
public sealed interface Image {
    /** What a root of {@link Layers} begins with. */
    String LAYERS = "layers:";

    /** Directories that lie one over the other, the topmost first; never written to. */
    List<Path> layers();

    /** The host's own programs and libraries over a generated skeleton, which is the layer. */
    record Host(Path skeleton) implements Image {
        @Override
        public List<Path> layers() {
            return List.of(skeleton);
        }
    }

    /** A directory that holds a root file system. */
    record Directory(Path path) implements Image {
        @Override
        public List<Path> layers() {
            return List.of(path);
        }
    }

    /** Layers of the keeper's store. */
    record Layers(List<Path> layers) implements Image {
        public Layers {
            layers = List.copyOf(layers);
        }
    }

    /** Where a layer of the store lies. */
    @FunctionalInterface
    interface Trees {
        /** @param diffId as it stands in a root */
        Path tree(String diffId);
    }

    /**
     * @param rootfs {@code host}, {@code dir:/absolute/path}, or {@code layers:} and diff ids with commas between them, the lowest first
     * @throws LaunchException where it is none of these, or a directory is not there
     */
    static Image of(String rootfs, Path skeleton, Trees trees) throws LaunchException {
        if (rootfs.equals("host")) {
            return new Host(skeleton);
        }
        if (rootfs.startsWith(LAYERS)) {
            List<Path> layers = new ArrayList<>();
            for (String diffId : rootfs.substring(LAYERS.length()).split(",")) {
                layers.add(trees.tree(diffId));
            }
            Collections.reverse(layers);
            return new Layers(layers);
        }
        if (!rootfs.startsWith("dir:/")) {
            throw new LaunchException(
                    "rootfs",
                    Errno.EINVAL,
                    "root file system \"" + rootfs + "\" is neither host, dir:/absolute/path nor layers:…");
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
