package io.holdfast.keeper.linux;

/** Numbers of the kernel's interface (include/uapi/linux) that launch programs use; alike on x86-64 and aarch64. */
public final class Uapi {
    public static final long CLONE_VM = 0x100;
    public static final long CLONE_PIDFD = 0x1000;
    public static final long CLONE_FILES = 0x400;
    public static final long CLONE_VFORK = 0x4000;
    public static final long CLONE_PARENT = 0x8000;
    public static final long CLONE_NEWNS = 0x20000;
    public static final long CLONE_PARENT_SETTID = 0x100000;
    public static final long CLONE_NEWCGROUP = 0x2000000;
    public static final long CLONE_NEWUTS = 0x4000000;
    public static final long CLONE_NEWIPC = 0x8000000;
    public static final long CLONE_NEWUSER = 0x10000000;
    public static final long CLONE_NEWPID = 0x20000000;
    public static final long CLONE_NEWNET = 0x40000000;
    public static final long CLONE_CLEAR_SIGHAND = 0x100000000L;
    public static final long CLONE_INTO_CGROUP = 0x200000000L;
    /** struct clone_args up to and with cgroup (5.7). */
    public static final int CLONE_ARGS_BYTES = 88;

    public static final int AT_FDCWD = -100;
    public static final int AT_EMPTY_PATH = 0x1000;
    public static final int AT_RECURSIVE = 0x8000;

    public static final int OPEN_TREE_CLONE = 1;
    public static final int OPEN_TREE_CLOEXEC = 0x80000;
    public static final int MOVE_MOUNT_F_EMPTY_PATH = 0x4;
    public static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    public static final int FSOPEN_CLOEXEC = 1;
    public static final int FSMOUNT_CLOEXEC = 1;
    public static final int FSCONFIG_SET_FLAG = 0;
    public static final int FSCONFIG_SET_STRING = 1;
    public static final int FSCONFIG_SET_FD = 5;
    public static final int FSCONFIG_CMD_CREATE = 6;
    public static final int MOUNT_ATTR_RDONLY = 1;
    public static final int MOUNT_ATTR_NOSUID = 2;
    public static final int MOUNT_ATTR_NODEV = 4;
    public static final int MOUNT_ATTR_NOEXEC = 8;
    /** The field of access times within the attributes. */
    public static final int MOUNT_ATTR_ATIME = 0x70;

    public static final int MOUNT_ATTR_NOATIME = 0x10;
    public static final int MOUNT_ATTR_STRICTATIME = 0x20;
    public static final int MOUNT_ATTR_NODIRATIME = 0x80;
    /** Since 5.14. */
    public static final int MOUNT_ATTR_NOSYMFOLLOW = 0x200000;

    public static final int MOUNT_ATTR_IDMAP = 0x100000;
    public static final int MOUNT_ATTR_BYTES = 32;
    public static final int MS_RDONLY = 1;
    public static final int MS_NOSUID = 2;
    public static final int MS_NODEV = 4;
    public static final int MS_NOEXEC = 8;
    public static final int MS_REMOUNT = 32;
    public static final int MS_REC = 0x4000;
    public static final int MS_UNBINDABLE = 1 << 17;
    public static final int MS_PRIVATE = 1 << 18;
    public static final int MS_SLAVE = 1 << 19;
    public static final int MS_SHARED = 1 << 20;

    public static final int RESOLVE_NO_XDEV = 0x01;
    public static final int RESOLVE_NO_MAGICLINKS = 0x02;
    public static final int RESOLVE_NO_SYMLINKS = 0x04;
    public static final int RESOLVE_BENEATH = 0x08;
    public static final int RESOLVE_IN_ROOT = 0x10;
    public static final int OPEN_HOW_BYTES = 24;

    /** STATX_BASIC_STATS, and where struct statx has what is looked at. */
    public static final int STATX_BASIC = 0x7ff;

    public static final int STATX_BYTES = 256;
    public static final int STATX_MODE = 28;
    public static final int STATX_RDEV = 128;

    public static final int S_IFMT = 0xf000;
    public static final int S_IFREG = 0x8000;
    public static final int S_IFCHR = 0x2000;
    public static final int S_IFBLK = 0x6000;
    public static final int S_IFIFO = 0x1000;
    public static final int S_IFDIR = 0x4000;
    public static final int S_IFLNK = 0xa000;
    /** In place of nanoseconds: this time stays, utimensat(2). */
    public static final int UTIME_OMIT = (1 << 30) - 2;

    public static final long PROC_SUPER_MAGIC = 0x9fa0;

    public static final int PR_SET_KEEPCAPS = 8;
    public static final int PR_CAPBSET_DROP = 24;
    public static final int PR_SET_NO_NEW_PRIVS = 38;
    public static final int PR_CAP_AMBIENT = 47;
    public static final int PR_CAP_AMBIENT_RAISE = 2;
    public static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    public static final int SECCOMP_SET_MODE_FILTER = 1;

    public static final int CLOSE_RANGE_UNSHARE = 2;
    public static final int CLOSE_RANGE_CLOEXEC = 4;

    public static final int SIG_BLOCK = 0;
    public static final int SIG_SETMASK = 2;
    public static final int SIGNALS = 64;
    public static final int SIGSET_BYTES = 8;
    /** struct kernel_sigaction: handler, flags, restorer, mask. */
    public static final int SIGACTION_BYTES = 32;

    public static final int F_SETFD = 2;
    public static final int FD_CLOEXEC = 1;
    public static final int F_DUPFD_CLOEXEC = 1030;
    public static final int F_GETFL = 3;
    public static final int F_SETFL = 4;
    /** Seals no more, and no write, growth or shrinking, ever: fcntl(2). */
    public static final int F_ADD_SEALS = 1033;

    public static final int SEAL_ALL = 1 | 2 | 4 | 8;
    public static final int MFD_CLOEXEC = 1;
    public static final int MFD_ALLOW_SEALING = 2;
    /** 6.3; older kernels answer EINVAL, and need it not. */
    public static final int MFD_EXEC = 0x10;

    public static final int O_NOCTTY = 0x100;
    public static final int TIOCSCTTY = 0x540E;
    public static final int TIOCGWINSZ = 0x5413;
    public static final int TIOCSWINSZ = 0x5414;
    public static final long TIOCGPTN = 0x80045430L;
    public static final int TIOCSPTLCK = 0x40045431;
    /** Opens the other side of a terminal by its master, not by a path (4.13). */
    public static final int TIOCGPTPEER = 0x5441;
    /** struct winsize: rows, columns, and two that nobody uses. */
    public static final int WINSIZE_BYTES = 8;

    public static final int DEVPTS_SUPER_MAGIC = 0x1cd1;
    public static final int STATFS_BYTES = 120;

    public static final int AF_UNIX = 1;
    public static final int SOCK_SEQPACKET_CLOEXEC = 5 | 0x80000;
    public static final int SOL_SOCKET = 1;
    public static final int SCM_RIGHTS = 1;
    public static final int MSGHDR_BYTES = 56;
    /** struct cmsghdr with one descriptor behind it. */
    public static final int CMSG_LEN_ONE_FD = 20;

    public static final int CMSG_SPACE_ONE_FD = 24;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    public static final int FIONREAD = 0x541B;
    public static final long FS_IOC_GETFLAGS = 0x80086601L;
    public static final long FS_IOC_SETFLAGS = 0x40086602L;
    public static final int FS_TOPDIR_FL = 0x20000;

    public static final int SIOCSIFFLAGS = 0x8914;
    public static final int IFREQ_BYTES = 40;
    public static final int IFF_UP_RUNNING = 0x41;
    public static final int AF_INET = 2;
    public static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;

    private Uapi() {}
}
