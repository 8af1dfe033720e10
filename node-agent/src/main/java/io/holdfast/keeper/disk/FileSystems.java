package io.holdfast.keeper.disk;

import io.holdfast.keeper.linux.DiskCalls;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * By an ext4 file system of the limit's size in a sparse file beside the root. It is mounted on the root while the container is made;
 * then overlay holds it alone, and with the container's last process it goes by itself, whether a keeper lives or not. It has no
 * journal: nothing in it outlives a loss of power anyway.
 */
final class FileSystems implements DiskLimits {
    static final String FILE = "disk.img";

    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/sbin/mkfs.ext4"), Path.of("/sbin/mkfs.ext4"), Path.of("/usr/bin/mkfs.ext4"));

    /** No inode tables are zeroed in the background, which would fill the file; what is deleted is given back to the host. */
    private static final String OPTIONS = "noinit_itable,discard";

    private static final long MAKE_SECONDS = 60;
    private static final int MAX_WORDS = 1_000;

    private final Path program;
    private final Syscalls syscalls;
    private final DiskCalls calls;

    private FileSystems(Path program, Syscalls syscalls, DiskCalls calls) {
        this.program = program;
        this.syscalls = syscalls;
        this.calls = calls;
    }

    static DiskLimits find(Syscalls syscalls, DiskCalls calls) {
        Optional<Path> program = PROGRAMS.stream().filter(Files::isExecutable).findFirst();
        if (program.isEmpty()) {
            return new NoDiskLimits(
                    "the data directory's file system is not mounted with project quotas (prjquota), and"
                            + " mkfs.ext4 is not installed: mount it so, or install e2fsprogs");
        }
        if (!DiskCalls.hasLoopDevices()) {
            return new NoDiskLimits(
                    "the data directory's file system is not mounted with project quotas (prjquota), and"
                            + " there is no /dev/loop-control: mount it so, or load the module loop");
        }
        return new FileSystems(program.get(), syscalls, calls);
    }

    @Override
    public String kind() {
        return "file-system";
    }

    @Override
    public void impose(Path root, long bytes) throws IOException {
        Path file = root.resolveSibling(FILE);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes);
        }
        make(file, bytes);
        DiskCalls.Loop loop = calls.loop(file);
        try {
            calls.mount(loop.device(), root, "ext4", OPTIONS);
        } finally {
            syscalls.close(loop.fd());
        }
    }

    private void make(Path file, long bytes) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        "-q",
                        "-F",
                        "-O",
                        "^has_journal",
                        "-E",
                        "lazy_itable_init=1,nodiscard",
                        "-m",
                        "0",
                        "-b",
                        "4096",
                        "-I",
                        "256",
                        "-N",
                        Long.toString(DiskLimits.files(bytes)),
                        file.toString())
                .redirectErrorStream(true);
        builder.environment().clear();
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            // what it has to say fits in the pipe
            if (!process.waitFor(MAKE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(program + " did not end within " + MAKE_SECONDS + " s");
            }
            byte[] said = process.getInputStream().readNBytes(MAX_WORDS);
            if (process.exitValue() != 0) {
                throw new IOException(program + " ended with " + process.exitValue() + ": "
                        + new String(said, StandardCharsets.UTF_8).strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(program + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public void settle(Path root) throws IOException {
        if (!Files.exists(root.resolveSibling(FILE))) {
            return;
        }
        try {
            syscalls.unmount(root.toString());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOENT) {
                throw e; // not mounted any more, or never was: fine
            }
        }
    }

    @Override
    public long used(Path root) throws IOException {
        try {
            return calls.allocatedBytes(root.resolveSibling(FILE));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return 0;
            }
            throw e;
        }
    }

    @Override
    public void lift(Path root) throws IOException {
        settle(root);
    }
}
