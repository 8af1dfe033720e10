package io.holdfast.keeper.layer;

import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TreeCalls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Unpacks one archive into an empty directory, verifies it and writes down what it has become. All in one pass, on one thread. */
final class Unpacker {

    /** Answers of the kernel to what an archive wants; all others are the host's trouble, not the archive's. */
    private static final Set<Integer> ARCHIVE_ERRORS = Set.of(
            Errno.EPERM,
            Errno.ENOENT,
            Errno.E2BIG,
            Errno.EEXIST,
            Errno.EXDEV,
            Errno.ENOTDIR,
            Errno.EISDIR,
            Errno.EINVAL,
            Errno.EFBIG,
            Errno.EMLINK,
            Errno.ENAMETOOLONG,
            Errno.ELOOP,
            Errno.EOVERFLOW,
            Errno.EOPNOTSUPP);

    private final DiffId id;
    private final Syscalls syscalls;
    private final TreeCalls calls;
    private final Budget budget;
    private final Later later = new Later();

    Unpacker(DiffId id, LayerLimits limits, Syscalls syscalls) {
        this.id = id;
        this.syscalls = syscalls;
        calls = new TreeCalls(syscalls);
        budget = new Budget(limits);
    }

    /** @param work an empty directory; on failure what is in it is the caller's to remove */
    Layer unpack(Path work, InputStream archive) throws IOException {
        WorkTree tree = WorkTree.make(work, calls, later);
        try {
            LayerInput input = new LayerInput(archive, budget.limits());
            takeAll(tree, input);
            verify(input);
            return write(tree);
        } finally {
            tree.close(calls);
        }
    }

    private void takeAll(WorkTree tree, LayerInput input) throws IOException {
        RawTar tar = new RawTar(input, budget.limits());
        FileContent content = new FileContent(tar, calls, budget);
        String what = "first entry";
        try (Parents parents = new Parents(tree.root(), calls, later, budget)) {
            Whiteouts whiteouts = new Whiteouts(calls, parents, later);
            EntryMaker maker = new EntryMaker(tree, syscalls, calls, parents, content, later, budget.limits());
            while (true) {
                Optional<TarEntry> next = tar.next();
                if (next.isEmpty()) {
                    return;
                }
                TarEntry entry = next.get();
                what = "entry " + Names.printable(entry.name());
                budget.entry();
                EntryPath at = EntryPath.of(entry.name(), budget.limits());
                if (entry.kind() != TarEntry.Kind.FILE) {
                    content.drop(entry);
                }
                if (!whiteouts.take(at, entry)) {
                    maker.make(at, entry);
                } else if (entry.kind() == TarEntry.Kind.FILE) {
                    content.drop(entry);
                }
                what = "after " + what;
            }
        } catch (IOException | RuntimeException e) {
            // the library answers some archives with exceptions of its own programming
            throw explained(what, e);
        }
    }

    private void verify(LayerInput input) throws IOException {
        DiffId found;
        try {
            found = input.drain();
        } catch (Refusal e) {
            throw explained("end of archive", e);
        }
        if (!found.equals(id)) {
            throw new LayerRefusedException("layer %s: the archive is %s, expected %s".formatted(id, found, id));
        }
    }

    private Layer write(WorkTree tree) throws IOException {
        try {
            TreeWriter writer = new TreeWriter(syscalls, calls, later, budget.limits());
            long entries = writer.write(tree);
            List<String> implied = writer.implied();
            return new Layer(id, budget.bytes(), entries, implied);
        } catch (Refusal | ErrnoException e) {
            throw explained("its tree", e);
        }
    }

    private IOException explained(String what, Exception why) {
        if (why instanceof LayerRefusedException refused) {
            return refused;
        }
        String reason = why.getMessage() == null ? why.getClass().getSimpleName() : Names.message(why.getMessage());
        String message = "layer %s: %s: %s".formatted(id, what, reason);
        if (why instanceof ErrnoException e) {
            if (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT) {
                return new IOException(
                        "layer %s: %s: %s"
                                .formatted(
                                        id,
                                        what,
                                        e.errno() == Errno.ENOSPC
                                                ? "no space left on disk"
                                                : "the disk quota is used up"),
                        e);
            }
            return ARCHIVE_ERRORS.contains(e.errno())
                    ? new LayerRefusedException(message, e)
                    : new IOException(message, e);
        }
        if (why instanceof Refusal || why instanceof RuntimeException) {
            return new LayerRefusedException(message, why);
        }
        return new IOException(message, why);
    }
}
