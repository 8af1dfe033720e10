package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.DirectoryReader;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeCalls;
import io.holdfast.keeper.linux.Uapi;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Compares an unpacked tree with the list that was written when it was. Memory does not grow with the tree. */
final class LayerCheck {
    private static final int BUFFER_BYTES = 256 << 10;

    private final Syscalls syscalls;
    private final TreeCalls calls;
    private final boolean deep;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private String parentPath = "";
    private int parent = -1;

    /** @param deep whether content is read */
    LayerCheck(Syscalls syscalls, boolean deep) {
        this.syscalls = syscalls;
        this.deep = deep;
        calls = new TreeCalls(syscalls);
    }

    /**
     * @param directory with the tree and its list
     * @return the first difference; empty where there is none
     */
    String difference(Path directory) throws IOException {
        if (!Files.isDirectory(directory.resolve(WorkTree.TREE))) {
            return "its tree is missing";
        }
        int top = calls.openTop(directory.toString());
        int root = calls.openToList(top, WorkTree.TREE);
        try (BufferedReader lines =
                Files.newBufferedReader(directory.resolve(TreeWriter.FILE), StandardCharsets.ISO_8859_1)) {
            return compare(lines, top, root);
        } catch (IllegalArgumentException e) {
            return "its list is damaged: " + e.getMessage();
        } finally {
            closeParent();
            calls.close(root);
            calls.close(top);
        }
    }

    private String compare(BufferedReader lines, int top, int root) throws IOException {
        String head = lines.readLine();
        if (head == null || !head.startsWith(TreeLine.HEAD)) {
            return "its list is damaged: no head";
        }
        TreeLooker looker = new TreeLooker(calls, head.endsWith(TreeWriter.WITH_ATTRIBUTES));
        long count = -1;
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
            if (text.startsWith(TreeLine.END)) {
                return text.equals(TreeLine.END + count)
                        ? surplus(root, count)
                        : "its list is damaged: lines are missing";
            }
            TreeLine line = TreeLine.parse(text);
            String difference = difference(line, looker, top, root);
            if (!difference.isEmpty()) {
                return Names.printable(line.path().isEmpty() ? "." : line.path()) + ": " + difference;
            }
            count++;
        }
        return "its list is damaged: no end";
    }

    private String difference(TreeLine line, TreeLooker looker, int top, int root) throws IOException {
        try {
            int slash = line.path().lastIndexOf('/');
            String name = line.path().substring(slash + 1);
            boolean isRoot = line.path().isEmpty();
            int in = isRoot ? top : parent(root, slash < 0 ? "" : line.path().substring(0, slash));
            String known = isRoot ? WorkTree.TREE : name;
            String difference = line.difference(looker.look(in, known, line.path(), calls.status(in, known)));
            if (difference.isEmpty() && deep && line.type() == 'f') {
                String crc = contentCrc(in, name);
                return crc.equals(line.content())
                        ? ""
                        : "content has checksum %s, had %s".formatted(crc, line.content());
            }
            return difference;
        } catch (ErrnoException e) {
            return switch (e.errno()) {
                case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> "is missing";
                case Errno.EIO -> "cannot be read: " + e.getMessage();
                default -> throw e;
            };
        }
    }

    private int parent(int root, String path) throws IOException {
        if (path.isEmpty()) {
            return root;
        }
        if (parent < 0 || !path.equals(parentPath)) {
            closeParent();
            parent = calls.openToList(root, path);
            parentPath = path;
        }
        return parent;
    }

    private void closeParent() throws IOException {
        if (parent >= 0) {
            calls.close(parent);
            parent = -1;
        }
    }

    private String contentCrc(int in, String name) throws IOException {
        CRC32C crc = new CRC32C();
        int fd = calls.openToRead(in, name);
        try {
            for (int length = calls.read(fd, buffer); length > 0; length = calls.read(fd, buffer)) {
                crc.update(buffer, 0, length);
            }
        } finally {
            calls.close(fd);
        }
        return Integer.toHexString((int) crc.getValue());
    }

    /** All that is listed is there: what is more than that has come since. */
    private String surplus(int root, long listed) throws IOException {
        long there = count(root);
        return there == listed ? "" : "has %d entries, had %d".formatted(there, listed);
    }

    private long count(int directory) throws IOException {
        DirectoryReader names = new DirectoryReader(directory, syscalls);
        long count = 0;
        for (String name = names.next(); !name.isEmpty(); name = names.next()) {
            count++;
            if (names.mayBeDirectory() && calls.status(directory, name).type() == Uapi.S_IFDIR) {
                int fd = calls.openToList(directory, name);
                try {
                    count += count(fd);
                } finally {
                    calls.close(fd);
                }
            }
        }
        return count;
    }
}
