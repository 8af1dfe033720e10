package io.holdfast.keeper.root;

import io.holdfast.keeper.linux.Uapi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What overlay would show of layers, without a mount: files and directories by their path, whose symbolic links lead nowhere but into
 * the layers (Documentation/filesystems/overlayfs.rst: whiteouts, opaque directories). Layers never change, so what was looked at stays
 * what it was.
 */
final class MergedTree {
    /** The kernel's own bound of links in one path (MAXSYMLINKS, path_resolution(7)). */
    private static final int MAX_LINKS = 40;

    private final List<Path> layers;
    private final Opaque opaque;

    /** Whether a directory of a layer hides those of the same name below it. */
    @FunctionalInterface
    interface Opaque {
        boolean isOpaque(Path directory) throws IOException;
    }

    /** @param layers the topmost first */
    MergedTree(List<Path> layers, Opaque opaque) {
        this.layers = List.copyOf(layers);
        this.opaque = opaque;
    }

    /** Where it lies: of a directory the topmost of those that are merged. Absent what is not there or cannot be reached. */
    Optional<Path> find(String path) throws IOException {
        Deque<String> names = new ArrayDeque<>(List.of(path.split("/")));
        Deque<List<Path>> way = new ArrayDeque<>();
        way.push(layers);
        int links = 0;
        while (!names.isEmpty()) {
            String name = names.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                if (way.size() > 1) {
                    way.pop();
                }
                continue;
            }
            List<Path> found = look(way.peek(), name);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Path top = found.get(0);
            PosixFileAttributes attributes = attributes(top);
            if (attributes.isSymbolicLink()) {
                if (++links > MAX_LINKS) {
                    throw new IOException("too many symbolic links on the way to " + path);
                }
                String target = Files.readSymbolicLink(top).toString();
                if (target.startsWith("/")) {
                    way.clear();
                    way.push(layers);
                }
                List<String> more = List.of(target.split("/"));
                for (int i = more.size() - 1; i >= 0; i--) {
                    names.push(more.get(i));
                }
            } else if (attributes.isDirectory()) {
                way.push(found);
            } else {
                return names.isEmpty() ? Optional.of(top) : Optional.empty();
            }
        }
        return Optional.of(way.peek().get(0));
    }

    /** What has the name in the merged directory: the directories that are merged, or the one thing that is none. */
    private List<Path> look(List<Path> directories, String name) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path directory : directories) {
            Path there = directory.resolve(name);
            if (!Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            if (!attributes(there).isDirectory()) {
                return found.isEmpty() && !isWhiteout(there) ? List.of(there) : found;
            }
            found.add(there);
            if (opaque.isOpaque(there)) {
                break;
            }
        }
        return found;
    }

    private static PosixFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isWhiteout(Path path) throws IOException {
        Map<String, Object> unix = Files.readAttributes(path, "unix:mode,rdev", LinkOption.NOFOLLOW_LINKS);
        return ((Integer) unix.get("mode") & Uapi.S_IFMT) == Uapi.S_IFCHR && (Long) unix.get("rdev") == 0;
    }
}
