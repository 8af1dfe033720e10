package io.holdfast.keeper.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Calls that hold directories and files to a size: quotas of projects (quotactl_fd(2), ioctl_fsgetxattr(2)) and loop devices (loop(4)).
 * Thread-safe.
 */
public final class DiskCalls {
    private static final int PRJQUOTA = 2;
    private static final int Q_GETQUOTA = 0x800007;
    private static final int Q_SETQUOTA = 0x800008;
    private static final int Q_XGETQSTATV = 0x5808;
    private static final int FS_QSTATV_VERSION1 = 1;
    private static final int FS_QUOTA_PDQ_ENFD = 1 << 5;
    /** struct if_dqblk (linux/quota.h). */
    private static final int QUOTA_BYTES = 72;

    private static final int QUOTA_HARD_BLOCKS = 0;
    private static final int QUOTA_SPACE = 16;
    private static final int QUOTA_HARD_FILES = 24;
    private static final int QUOTA_FILES = 40;
    private static final int QUOTA_VALID = 64;
    private static final int QIF_LIMITS = 1 | 4;
    private static final int QUOTA_BLOCK_BYTES = 1 << 10;
    /** struct fs_quota_statv (linux/dqblk_xfs.h), with room for what may be added to it. */
    private static final int QUOTA_STATE_BYTES = 512;

    private static final long FS_IOC_FSGETXATTR = 0x801c581fL;
    private static final long FS_IOC_FSSETXATTR = 0x401c5820L;
    /** struct fsxattr (linux/fs.h). */
    private static final int FSXATTR_BYTES = 28;

    private static final int FSXATTR_PROJECT = 12;
    private static final int FS_XFLAG_PROJINHERIT = 0x200;

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int STATX_BLOCKS = 48;
    private static final int STATX_BLOCK_BYTES = 512;

    private static final Path LOOP_CONTROL = Path.of("/dev/loop-control");
    private static final int LOOP_CTL_GET_FREE = 0x4c82;
    private static final int LOOP_CONFIGURE = 0x4c0a;
    /** struct loop_config (linux/loop.h). */
    private static final int LOOP_CONFIG_BYTES = 304;

    private static final int LOOP_FD = 0;
    private static final int LOOP_FLAGS = 8 + 52;
    private static final int LOOP_FILE_NAME = 8 + 56;
    private static final int LOOP_NAME_BYTES = 64;
    private static final int LO_FLAGS_AUTOCLEAR = 4;
    private static final int LO_FLAGS_DIRECT_IO = 16;

    /** Somebody else may take the free device first. */
    private static final int LOOP_ATTEMPTS = 64;

    private final Syscalls syscalls;

    public DiskCalls(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    /** @param files 0 for no limit, as for the bytes */
    public record Quota(long limitBytes, long limitFiles, long usedBytes, long usedFiles) {
        public boolean isUntouched() {
            return limitBytes == 0 && limitFiles == 0 && usedBytes == 0 && usedFiles == 0;
        }
    }

    // -- quotas

    /** Whether the file system of a directory holds projects to their quotas, rather than only counting, or not even that. */
    public boolean enforcesProjectQuotas(Path directory) {
        Memory state = Memory.allocate(QUOTA_STATE_BYTES);
        state.putBytes(0, new byte[] {FS_QSTATV_VERSION1});
        try {
            quotactl(directory, Q_XGETQSTATV, 0, state);
            return (state.getInt(0) >>> 16 & FS_QUOTA_PDQ_ENFD) != 0;
        } catch (ErrnoException e) {
            return false;
        }
    }

    public Quota quota(Path directory, int project) throws ErrnoException {
        Memory quota = Memory.allocate(QUOTA_BYTES);
        try {
            quotactl(directory, Q_GETQUOTA, project, quota);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
                return new Quota(0, 0, 0, 0); // xfs keeps none for a project that has nothing
            }
            throw e;
        }
        return new Quota(
                quota.getLong(QUOTA_HARD_BLOCKS) * QUOTA_BLOCK_BYTES,
                quota.getLong(QUOTA_HARD_FILES),
                quota.getLong(QUOTA_SPACE),
                quota.getLong(QUOTA_FILES));
    }

    /** The writer that would go above either gets EDQUOT, of xfs ENOSPC. 0 lifts a limit. */
    public void limit(Path directory, int project, long bytes, long files) throws ErrnoException {
        Memory quota = Memory.allocate(QUOTA_BYTES);
        quota.putLong(QUOTA_HARD_BLOCKS, (bytes + QUOTA_BLOCK_BYTES - 1) / QUOTA_BLOCK_BYTES);
        quota.putLong(QUOTA_HARD_FILES, files);
        quota.putInt(QUOTA_VALID, QIF_LIMITS);
        quotactl(directory, Q_SETQUOTA, project, quota);
    }

    private void quotactl(Path directory, int command, int project, Memory data) throws ErrnoException {
        int fd = syscalls.open(directory.toString(), Syscalls.O_RDONLY, 0);
        try {
            syscalls.kernel().call(Call.QUOTACTL_FD, fd, command << 8 | PRJQUOTA, project, data);
        } finally {
            syscalls.close(fd);
        }
    }

    /** Gives a directory, and what is made in it from now on, to a project. */
    public void joinProject(Path directory, int project) throws ErrnoException {
        int fd = syscalls.open(directory.toString(), Syscalls.O_RDONLY, 0);
        try {
            Memory attributes = Memory.allocate(FSXATTR_BYTES);
            syscalls.kernel().call(Call.IOCTL, fd, FS_IOC_FSGETXATTR, attributes);
            attributes.putInt(0, attributes.getInt(0) | FS_XFLAG_PROJINHERIT);
            attributes.putInt(FSXATTR_PROJECT, project);
            syscalls.kernel().call(Call.IOCTL, fd, FS_IOC_FSSETXATTR, attributes);
        } finally {
            syscalls.close(fd);
        }
    }

    /** 0 where it is of none. */
    public int projectOf(Path directory) throws ErrnoException {
        int fd = syscalls.open(directory.toString(), Syscalls.O_RDONLY, 0);
        try {
            Memory attributes = Memory.allocate(FSXATTR_BYTES);
            syscalls.kernel().call(Call.IOCTL, fd, FS_IOC_FSGETXATTR, attributes);
            return attributes.getInt(FSXATTR_PROJECT);
        } finally {
            syscalls.close(fd);
        }
    }

    // -- file systems in files

    /** What a file takes of the disk: less than its size where it is sparse. */
    public long allocatedBytes(Path file) throws ErrnoException {
        Memory status = Memory.allocate(Uapi.STATX_BYTES);
        syscalls.kernel()
                .call(Call.STATX, Uapi.AT_FDCWD, file.toString(), AT_SYMLINK_NOFOLLOW, Uapi.STATX_BASIC, status);
        return status.getLong(STATX_BLOCKS) * STATX_BLOCK_BYTES;
    }

    public static boolean hasLoopDevices() {
        return java.nio.file.Files.isWritable(LOOP_CONTROL);
    }

    /** @param fd stays the caller's; the device goes with its last user, which is then the mount */
    public record Loop(String device, int fd) {}

    /** The file as a block device, past the page cache where its file system can do that: else all would be in memory twice. */
    public Loop loop(Path file) throws ErrnoException {
        int image = syscalls.open(file.toString(), Syscalls.O_RDWR, 0);
        int control = -1;
        try {
            control = syscalls.open(LOOP_CONTROL.toString(), Syscalls.O_RDWR, 0);
            for (int attempt = 1; ; attempt++) {
                long number = syscalls.kernel().call(Call.IOCTL, control, LOOP_CTL_GET_FREE, 0);
                String device = "/dev/loop" + number;
                int fd = syscalls.open(device, Syscalls.O_RDWR, 0);
                try {
                    syscalls.kernel().call(Call.IOCTL, fd, LOOP_CONFIGURE, config(file, image));
                    return new Loop(device, fd);
                } catch (ErrnoException e) {
                    syscalls.close(fd);
                    if (e.errno() != Errno.EBUSY || attempt == LOOP_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } finally {
            syscalls.close(image);
            if (control >= 0) {
                syscalls.close(control);
            }
        }
    }

    private static Memory config(Path file, int image) {
        Memory config = Memory.allocate(LOOP_CONFIG_BYTES);
        config.putInt(LOOP_FD, image);
        config.putInt(LOOP_FLAGS, LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO);
        byte[] name = file.toString().getBytes(StandardCharsets.UTF_8);
        config.putBytes(LOOP_FILE_NAME, name, 0, Math.min(name.length, LOOP_NAME_BYTES - 1));
        return config;
    }

    /** Without device files; attached for the keeper alone to see to. */
    public void mount(String device, Path target, String type, String options) throws ErrnoException {
        syscalls.kernel().call(Call.MOUNT, device, target.toString(), type, Uapi.MS_NODEV, options);
    }
}
