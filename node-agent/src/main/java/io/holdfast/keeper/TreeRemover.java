package io.holdfast.keeper;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Removes a directory tree that a container wrote, and trusts nothing in it: symbolic links are removed, not followed, by
 * descriptor and not by path (openat(2), unlinkat(2)); a tree deeper than {@link #MAX_DEPTH} is flattened as it goes, so that
 * neither descriptors nor stack run out; a mount below is never entered.
 */
final class TreeRemover {
    private static final int MAX_DEPTH = 64;

    /** How many directories were flattened in this round, and since the beginning. */
    private long moved;

    private long order;

    private TreeRemover() {}

    /** A missing tree is fine. */
    static void remove(Path tree) throws IOException {
        refuseMountsBelow(tree);
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(tree);
            return;
        }
        TreeRemover remover = new TreeRemover();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(tree)) {
            if (!(stream instanceof SecureDirectoryStream<Path> root)) {
                throw new IOException("the file system of %s has no openat".formatted(tree));
            }
            remover.empty(root, root, 0);
        }
        // what was too deep now stands right below the tree: again, until nothing is moved any more
        while (remover.moved > 0) {
            remover.moved = 0;
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(tree)) {
                SecureDirectoryStream<Path> root = (SecureDirectoryStream<Path>) stream;
                remover.empty(root, root, 0);
            }
        }
        Files.deleteIfExists(tree);
    }

    private void empty(SecureDirectoryStream<Path> root, SecureDirectoryStream<Path> directory, int depth)
            throws IOException {
        for (Path entry : directory) {
            Path name = entry.getFileName();
            try {
                if (!isDirectory(directory, name)) {
                    directory.deleteFile(name);
                } else if (depth < MAX_DEPTH) {
                    try (SecureDirectoryStream<Path> below =
                            directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                        empty(root, below, depth + 1);
                    }
                    directory.deleteDirectory(name);
                } else {
                    directory.move(
                            name,
                            root,
                            Path.of(".deep-" + System.identityHashCode(this) + "-" + depth + "-" + ++order));
                    moved++;
                }
            } catch (NoSuchFileException e) {
                // gone already
            }
        }
    }

    private static boolean isDirectory(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        BasicFileAttributes attributes = directory
                .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
        return attributes.isDirectory();
    }

    /** Emptying a bind mount would empty what it shows. */
    private static void refuseMountsBelow(Path tree) throws IOException {
        String prefix = tree.toAbsolutePath().normalize() + "/";
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String[] fields = line.split(" ");
            if (fields.length > 4 && (fields[4] + "/").startsWith(prefix)) {
                throw new IOException("cannot remove %s: %s is still mounted".formatted(tree, fields[4]));
            }
        }
    }
}
