package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.DirectoryReader;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeCalls;
import io.holdfast.keeper.linux.Uapi;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Walks the tree that an archive has become: gives directories their times, now that nothing is made in them any more, and writes one
 * line for each path. What is written is what is there, whatever entries replaced each other on the way.
 */
final class TreeWriter {
    static final String FILE = "tree.list";

    /** At the head of the list: whether anything in the tree has extended attributes. */
    static final String WITH_ATTRIBUTES = " attributes";

    private final Syscalls syscalls;
    private final TreeCalls calls;
    private final Later later;
    private final LayerLimits limits;
    private final TreeLooker looker;
    private final StringBuilder line = new StringBuilder();
    private final List<String> implied = new ArrayList<>();
    private int impliedBytes;
    private long entries;

    TreeWriter(Syscalls syscalls, TreeCalls calls, Later later, LayerLimits limits) {
        this.syscalls = syscalls;
        this.calls = calls;
        this.later = later;
        this.limits = limits;
        looker = new TreeLooker(calls, later.hasAttributes());
    }

    /** @return how many there are below the root */
    long write(WorkTree tree) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(tree.path().resolve(FILE), StandardCharsets.ISO_8859_1)) {
            out.write(TreeLine.HEAD + (later.hasAttributes() ? WITH_ATTRIBUTES : "") + "\n");
            directory(out, tree.descriptor(), WorkTree.TREE, "", calls.status(tree.root()), 0);
            entries--;
            out.write(TreeLine.END + entries + "\n");
        }
        return entries;
    }

    List<String> implied() {
        return implied;
    }

    private void walk(Writer out, int directory, String path, int depth) throws IOException {
        DirectoryReader names = new DirectoryReader(directory, syscalls);
        for (String name = names.next(); !name.isEmpty(); name = names.next()) {
            String below = path.isEmpty() ? name : path + "/" + name;
            TreeCalls.Status status = calls.status(directory, name);
            if (status.type() == Uapi.S_IFDIR) {
                directory(out, directory, name, below, status, depth + 1);
            } else {
                TreeLine seen = looker.look(directory, name, below, status);
                write(out, status.type() == Uapi.S_IFREG ? seen.withContent(crc(status.inode())) : seen);
            }
        }
    }

    private String crc(long inode) {
        return Integer.toHexString(later.contentCrc(inode));
    }

    private void directory(Writer out, int parent, String name, String path, TreeCalls.Status status, int depth)
            throws IOException {
        // links in entries' names can make a tree deeper than any of them says
        if (depth > limits.depth() || path.length() > limits.nameBytes()) {
            throw new Refusal("%s is deeper than %d or longer than %d bytes"
                    .formatted(Names.printable(path), limits.depth(), limits.nameBytes()));
        }
        Optional<byte[]> acl = later.defaultAcl(status.inode());
        if (acl.isPresent()) {
            calls.setAttribute(parent, name, Attributes.DEFAULT_ACL, acl.get());
        }
        if (later.isImplied(status.inode())) {
            remember(path);
        }
        long seconds = later.seconds(status.inode());
        int nanos = later.nanos(status.inode());
        calls.setTime(parent, name, seconds, nanos);
        // as the file system keeps it: not every one has nanoseconds, or years beyond 2446
        write(out, looker.look(parent, name, path, calls.status(parent, name)));
        int fd = calls.openToList(parent, name);
        try {
            walk(out, fd, path, depth);
        } finally {
            calls.close(fd);
        }
    }

    private void remember(String path) throws Refusal {
        impliedBytes += path.length();
        if (impliedBytes > limits.impliedBytes()) {
            throw new Refusal(
                    "directories without an entry have names of more than %d bytes".formatted(limits.impliedBytes()));
        }
        implied.add(Names.escape(path));
    }

    private void write(Writer out, TreeLine seen) throws IOException {
        entries++;
        line.setLength(0);
        seen.appendTo(line);
        out.append(line);
    }
}
