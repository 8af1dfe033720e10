package io.holdfast.keeper.disk;

import io.holdfast.keeper.linux.DiskCalls;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * By a project of its own for each container, on a file system that counts them and holds them to it (xfs and ext4, mounted with {@code
 * prjquota}). Which project it is stands in the directory itself. Overlay writes without the right to go above quotas, whoever writes.
 */
final class ProjectQuotas implements DiskLimits {
    /** Projects are numbered from here on; below it are those that people give. */
    private static final int FIRST = 1_610_612_736;

    private static final int COUNT = 1 << 20;

    private final Path data;
    private final DiskCalls calls;
    private final AtomicInteger next;

    ProjectQuotas(Path data, DiskCalls calls) {
        this.data = data;
        this.calls = calls;
        // two keepers on one file system rather do not try the same ones
        next = new AtomicInteger(data.hashCode() & COUNT - 1);
    }

    @Override
    public String kind() {
        return "project-quota";
    }

    @Override
    public void impose(Path root, long bytes) throws IOException {
        int project = free();
        calls.limit(data, project, bytes, DiskLimits.files(bytes));
        calls.joinProject(root, project);
        try (DirectoryStream<Path> made = Files.newDirectoryStream(root)) {
            for (Path directory : made) {
                calls.joinProject(directory, project);
            }
        }
    }

    /** One that nobody has, also no keeper before this one. */
    private int free() throws IOException {
        for (int tried = 0; tried < COUNT; tried++) {
            int project = FIRST + (next.getAndIncrement() & COUNT - 1);
            if (calls.quota(data, project).isUntouched()) {
                return project;
            }
        }
        throw new IOException("all " + COUNT + " quotas of projects on the file system of " + data + " are in use");
    }

    @Override
    public void settle(Path root) {
        // nothing was needed for a while only
    }

    @Override
    public long used(Path root) throws IOException {
        OptionalInt project = projectOf(root);
        return project.isPresent() ? calls.quota(data, project.getAsInt()).usedBytes() : 0;
    }

    @Override
    public void lift(Path root) throws IOException {
        OptionalInt project = projectOf(root);
        if (project.isPresent()) {
            // the files are still counted; a number is taken again only once they are gone
            calls.limit(data, project.getAsInt(), 0, 0);
        }
    }

    /** Empty for one that is not of this class's giving. */
    private OptionalInt projectOf(Path root) throws IOException {
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            return OptionalInt.empty();
        }
        try {
            int project = calls.projectOf(root);
            return project >= FIRST && project < FIRST + COUNT ? OptionalInt.of(project) : OptionalInt.empty();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return OptionalInt.empty(); // removed meanwhile: who counts what is used looks at all of them
            }
            throw e;
        }
    }
}
