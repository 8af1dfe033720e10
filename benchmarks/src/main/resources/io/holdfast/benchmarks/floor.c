/*
 * Two tools of the launch benchmark, compiled when it runs.
 *
 *   floor launch RUNS ROOTFS WORKDIR USERNS(0|1) FILTER|-     a container as a C program without a runtime makes it:
 *       the same namespaces, mounts, limits, capabilities and filter as a launch of the keeper; the least that a launch can cost
 *   floor spawn RUNS WORKERS PROGRAM ARGS...                  another runtime, started as cheaply as a process can be;
 *       %d in an argument becomes a number that no other run has
 *
 * Both print the nanoseconds from the beginning until the exit status is known, one line a run, and fail when a run did not
 * exit 0. spawn with WORKERS above 1 prints one line: the nanoseconds of all runs together.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/filter.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef MOUNT_ATTR_IDMAP
#define MOUNT_ATTR_IDMAP 0x00100000
#endif
#define MS_REC_SLAVE (16384 | (1 << 19))
#define MS_REC_PRIVATE (16384 | (1 << 18))
#ifndef MS_PRIVATE
#define MS_PRIVATE (1 << 18)
#endif
#define PATH_BYTES 1024

extern char **environ;
/* of <sys/mount.h>, which some libcs cannot include beside <linux/mount.h> */
int mount(const char *, const char *, const char *, unsigned long, const void *);
int umount2(const char *, int);

static long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void die(const char *what) {
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    _exit(1);
}

static long must(const char *what, long result) {
    if (result < 0) die(what);
    return result;
}

static void put(const char *path, const char *text) {
    int fd = must(path, open(path, O_WRONLY | O_CLOEXEC));
    must(path, write(fd, text, strlen(text)));
    close(fd);
}

/* ---------------------------------------------------------------- cgroups */

struct tree { const char *mount; const char *limits[3][2]; };

/* what the keeper uses on a hybrid host, with the limits of the benchmark's containers */
static struct tree trees[] = {
    {"/sys/fs/cgroup/memory", {{"memory.limit_in_bytes", "67108864"}}},
    {"/sys/fs/cgroup/cpu", {{"cpu.shares", "512"}}},
    {"/sys/fs/cgroup/pids", {{"pids.max", "64"}}},
};
static char cgroups[3][PATH_BYTES], unified[PATH_BYTES];

static void make_cgroups(int number) {
    char path[2 * PATH_BYTES];
    for (int i = 0; i < 3; i++) {
        snprintf(cgroups[i], sizeof cgroups[i], "%s/floor-%d-%d", trees[i].mount, getpid(), number);
        must(cgroups[i], mkdir(cgroups[i], 0755));
        for (int k = 0; k < 3 && trees[i].limits[k][0]; k++) {
            snprintf(path, sizeof path, "%s/%s", cgroups[i], trees[i].limits[k][0]);
            put(path, trees[i].limits[k][1]);
        }
    }
    snprintf(unified, sizeof unified, "/sys/fs/cgroup/unified/floor-%d-%d", getpid(), number);
    must(unified, mkdir(unified, 0755));
}

static void remove_cgroups(void) {
    for (int tries = 0; tries < 1000 && rmdir(unified) && errno == EBUSY; tries++) usleep(1000);
    for (int i = 0; i < 3; i++)
        for (int tries = 0; tries < 1000 && rmdir(cgroups[i]) && errno == EBUSY; tries++) usleep(1000);
}

/* ---------------------------------------------------------------- the child */

/* what containers bind to cover something, made once */
static char stage[PATH_BYTES];

static int mount_new(const char *type, const char *options[][2], unsigned attributes) {
    int context = must(type, syscall(SYS_fsopen, type, FSOPEN_CLOEXEC));
    for (; options && options[0][0]; options++)
        must(options[0][0], options[0][1]
            ? syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, options[0][0], options[0][1], 0)
            : syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, options[0][0], 0, 0));
    must(type, syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, 0, 0, 0));
    int mount = must(type, syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes));
    close(context);
    return mount;
}

static void attach(int mount, const char *target) {
    must(target, syscall(SYS_move_mount, mount, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH));
}

static void put_on(int mount, const char *target) {
    mkdir(target, 0755);
    attach(mount, target);
    close(mount);
}

static int tree_of(const char *path) {
    return must(path, syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
}

static void protect(const char *path, int device_null, const char *empty) {
    struct stat s;
    if (stat(path, &s)) return;
    if (!empty) { /* read-only */
        int tree = tree_of(path);
        struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
        must(path, syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof attr));
        attach(tree, path);
        close(tree);
    } else if (S_ISDIR(s.st_mode)) {
        attach(tree_of(empty), path);
    } else {
        attach(must("mask", syscall(SYS_open_tree, device_null, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)), path);
    }
}

static const char *quiet_pts[][2] = {{"newinstance", NULL}, {"ptmxmode", "0666"}, {"mode", "0620"}, {"gid", "5"}, {0}};
static const char *dev_options[][2] = {{"mode", "755"}, {"size", "67108864"}, {0}};
static const char *shm_options[][2] = {{"mode", "1777"}, {"size", "67108864"}, {0}};

static void system_mounts(int user) {
    const unsigned quiet = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    const char *devices[] = {"null", "zero", "full", "random", "urandom", "tty"};
    const int numbers[] = {3, 5, 7, 8, 9, 0};
    char path[64], host[PATH_BYTES];
    put_on(mount_new("proc", NULL, quiet), "proc");
    put_on(mount_new("sysfs", NULL, quiet | MOUNT_ATTR_RDONLY), "sys");
    put_on(mount_new("tmpfs", dev_options, MOUNT_ATTR_NOSUID), "dev");
    for (int i = 0; i < 6; i++) {
        snprintf(path, sizeof path, "dev/%s", devices[i]);
        snprintf(host, sizeof host, "/dev/%s", devices[i]);
        if (user) {
            must(path, mknod(path, S_IFREG | 0666, 0));
            int tree = tree_of(host);
            attach(tree, path);
            close(tree);
        } else {
            must(path, mknod(path, S_IFCHR | 0666, makedev(i == 5 ? 5 : 1, numbers[i])));
            chmod(path, 0666);
        }
    }
    put_on(mount_new("devpts", quiet_pts, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC), "dev/pts");
    put_on(mount_new("tmpfs", shm_options, quiet), "dev/shm");
    put_on(mount_new("mqueue", NULL, quiet), "dev/mqueue");
    must("ptmx", symlink("pts/ptmx", "dev/ptmx"));
    must("fd", symlink("/proc/self/fd", "dev/fd"));
    must("stdin", symlink("/proc/self/fd/0", "dev/stdin"));
    must("stdout", symlink("/proc/self/fd/1", "dev/stdout"));
    must("stderr", symlink("/proc/self/fd/2", "dev/stderr"));
    snprintf(host, sizeof host, "%s/cgroups", stage);
    put_on(tree_of(host), "sys/fs/cgroup");
    const char *names[] = {"memory", "cpu", "pids", "unified"};
    for (int i = 0; i < 4; i++) {
        int tree = tree_of(i < 3 ? cgroups[i] : unified);
        struct mount_attr attr = {.attr_set = quiet | MOUNT_ATTR_RDONLY, .propagation = MS_PRIVATE};
        must(names[i], syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof attr));
        snprintf(path, sizeof path, "sys/fs/cgroup/%s", names[i]);
        attach(tree, path);
        close(tree);
    }
    const char *masked[] = {"proc/acpi", "proc/asound", "proc/interrupts", "proc/kcore", "proc/keys", "proc/latency_stats",
        "proc/sched_debug", "proc/scsi", "proc/timer_list", "proc/timer_stats", "sys/firmware", "sys/devices/virtual/powercap"};
    const char *read_only[] = {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"};
    int null = must("null", open("dev/null", O_PATH | O_CLOEXEC));
    snprintf(host, sizeof host, "%s/empty", stage);
    for (unsigned i = 0; i < sizeof masked / sizeof *masked; i++) protect(masked[i], null, host);
    for (unsigned i = 0; i < sizeof read_only / sizeof *read_only; i++) protect(read_only[i], null, NULL);
}

static void rights(void) {
    const int keep[] = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31};
    uint64_t set = 0;
    for (int i = 0; i < 14; i++) set |= 1ULL << keep[i];
    for (int bit = 0; bit <= 63; bit++)
        if (!(set >> bit & 1)) prctl(PR_CAPBSET_DROP, bit, 0, 0, 0);
    syscall(SYS_setgroups, 0, NULL);
    syscall(SYS_setresgid, 0, 0, 0);
    syscall(SYS_setresuid, 0, 0, 0);
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{set, set, 0}, {set >> 32, set >> 32, 0}};
    must("capset", syscall(SYS_capset, &header, data));
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    must("no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

struct plan { int user, go; volatile int overlay; struct sock_fprog filter; };

static int child(struct plan *plan) {
    char byte, path[300];
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/tasks", cgroups[i]);
        put(path, "0");
    }
    must("cgroup namespace", unshare(CLONE_NEWCGROUP));
    must("go", read(plan->go, &byte, 1)); /* the maps are written, the overlay is made */
    syscall(SYS_setresgid, 0, 0, 0);
    syscall(SYS_setresuid, 0, 0, 0);
    must("slave", mount(NULL, "/", NULL, MS_REC_SLAVE, NULL));
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    must("loopback", ioctl(s, SIOCSIFFLAGS, &request));
    close(s);
    must("hostname", sethostname("floor", 5));
    attach(plan->overlay, "/");
    must("root", fchdir(plan->overlay));
    system_mounts(plan->user);
    must("pivot", syscall(SYS_pivot_root, ".", "."));
    must("umount", umount2(".", 2));
    must("chdir", chdir("/"));
    setsid();
    umask(022);
    rights();
    char cwd[4096];
    must("getcwd", syscall(SYS_getcwd, cwd, sizeof cwd));
    syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC);
    sigset_t none;
    sigemptyset(&none);
    for (int i = 1; i < 65; i++) {
        struct sigaction action = {.sa_handler = SIG_DFL};
        if (i != SIGKILL && i != SIGSTOP) syscall(SYS_rt_sigaction, i, &action, NULL, 8);
    }
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (plan->filter.len) must("filter", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &plan->filter));
    char *args[] = {"/bin/true", NULL}, *env[] = {"PATH=/bin", NULL};
    execve(args[0], args, env);
    die("execve");
    return 1;
}

/* ---------------------------------------------------------------- the parent */

static int overlay(const char *rootfs, const char *work, int user_namespace) {
    char upper[2 * PATH_BYTES], temporary[2 * PATH_BYTES];
    snprintf(upper, sizeof upper, "%s/upper", work);
    snprintf(temporary, sizeof temporary, "%s/work", work);
    must(work, mkdir(work, 0755));
    must(upper, mkdir(upper, 0755));
    must(temporary, mkdir(temporary, 0755));
    if (user_namespace >= 0) {
        must(upper, chown(upper, 100000, 100000));
        must(temporary, chown(temporary, 100000, 100000));
    }
    int lower = tree_of(rootfs);
    if (user_namespace >= 0) {
        struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = user_namespace};
        must("idmap", syscall(SYS_mount_setattr, lower, "", AT_EMPTY_PATH, &attr, sizeof attr));
    }
    int context = must("overlay", syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC));
    must("lowerdir+", syscall(SYS_fsconfig, context, FSCONFIG_SET_FD, "lowerdir+", NULL, lower));
    must("upperdir", syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "upperdir", upper, 0));
    must("workdir", syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "workdir", temporary, 0));
    must("volatile", syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, "volatile", NULL, 0));
    must("create", syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
    int mount = must("overlay", syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NODEV));
    close(lower);
    close(context);
    return mount;
}

/* As the keeper does: else ext4 without a journal looks for inodes among those that were just freed. */
static void spread(const char *directory) {
    int flags, fd = must(directory, open(directory, O_RDONLY | O_CLOEXEC));
    if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0) {
        flags |= FS_TOPDIR_FL;
        ioctl(fd, FS_IOC_SETFLAGS, &flags);
    }
    close(fd);
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *place) {
    (void) s, (void) kind, (void) place;
    return remove(path);
}

static void remove_tree(const char *work) {
    must(work, nftw(work, remove_one, 16, FTW_DEPTH | FTW_PHYS));
}

static void make_stage(const char *workdir) {
    const char *names[] = {"", "/empty", "/cgroups", "/cgroups/memory", "/cgroups/cpu", "/cgroups/pids", "/cgroups/unified"};
    const char *options[][2] = {{"mode", "755"}, {"size", "65536"}, {0}};
    char path[2 * PATH_BYTES];
    must("unshare", unshare(CLONE_NEWNS));
    must("private", mount(NULL, "/", NULL, MS_REC_PRIVATE, NULL));
    snprintf(stage, sizeof stage, "%s/stage-%d", workdir, getpid());
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s%s", stage, names[i]);
        must(path, mkdir(path, 0755));
        if (i == 0) attach(mount_new("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC), stage);
    }
}

static void remove_stage(void) {
    must(stage, umount2(stage, 2));
    must(stage, rmdir(stage));
}

static long launch(int number, const char *rootfs, const char *workdir, struct plan *plan) {
    char work[PATH_BYTES], path[64], map[] = "0 100000 65536";
    int pipe_fds[2];
    snprintf(work, sizeof work, "%s/floor-%d-%d", workdir, getpid(), number);
    long begin = now();
    make_cgroups(number);
    must("pipe", pipe2(pipe_fds, O_CLOEXEC));
    plan->go = pipe_fds[0];
    int into = must(unified, open(unified, O_PATH | O_CLOEXEC));
    struct clone_args args = {
        .flags = (plan->user ? CLONE_NEWUSER : 0) | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWPID | CLONE_NEWNS
            | CLONE_FILES | CLONE_INTO_CGROUP | CLONE_CLEAR_SIGHAND,
        .exit_signal = SIGCHLD,
        .cgroup = into,
    };
    /* no shared memory here: a C program of this size copies its tables in no time */
    pid_t pid = must("clone3", syscall(SYS_clone3, &args, sizeof args));
    if (pid == 0) _exit(child(plan));
    int user_namespace = -1;
    if (plan->user) {
        snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
        put(path, map);
        snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
        put(path, map);
        snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
        user_namespace = must(path, open(path, O_RDONLY | O_CLOEXEC));
    }
    plan->overlay = overlay(rootfs, work, user_namespace);
    must("go", write(pipe_fds[1], "", 1));
    int status;
    must("wait", waitpid(pid, &status, 0));
    long taken = now() - begin;
    if (status) { fprintf(stderr, "floor: the container ended with status %x\n", status); exit(1); }
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    close(into);
    close(plan->overlay);
    if (user_namespace >= 0) close(user_namespace);
    remove_cgroups();
    remove_tree(work);
    return taken;
}

static void read_filter(const char *file, struct sock_fprog *filter) {
    static struct sock_filter instructions[4096];
    if (!strcmp(file, "-")) return;
    int fd = must(file, open(file, O_RDONLY | O_CLOEXEC));
    filter->len = must(file, read(fd, instructions, sizeof instructions)) / sizeof *instructions;
    filter->filter = instructions;
    close(fd);
}

/* ---------------------------------------------------------------- others */

static long spawn(int number, char **command) {
    char *args[64] = {0}, texts[64][PATH_BYTES];
    for (int i = 0; command[i] && i < 63; i++) {
        char *place = strstr(command[i], "%d");
        if (place) {
            snprintf(texts[i], sizeof texts[i], "%.*s%d-%d%s", (int) (place - command[i]), command[i], getpid(), number, place + 2);
            args[i] = texts[i];
        } else {
            args[i] = command[i];
        }
    }
    pid_t pid;
    int status;
    long begin = now();
    errno = posix_spawnp(&pid, args[0], NULL, NULL, args, environ);
    if (errno) die(args[0]);
    must("wait", waitpid(pid, &status, 0));
    long taken = now() - begin;
    if (status) { fprintf(stderr, "floor: %s ended with status %x\n", args[0], status); exit(1); }
    return taken;
}

int main(int count, char **args) {
    if (count >= 7 && !strcmp(args[1], "launch")) {
        /* shared: the child is to see the overlay's number that the parent writes after the clone */
        struct plan *plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        plan->user = atoi(args[5]);
        read_filter(args[6], &plan->filter);
        spread(args[4]);
        make_stage(args[4]);
        for (int i = 0; i < atoi(args[2]); i++) printf("%ld\n", launch(i, args[3], args[4], plan));
        remove_stage();
        return 0;
    }
    if (count >= 5 && !strcmp(args[1], "spawn")) {
        int runs = atoi(args[2]), workers = atoi(args[3]);
        if (workers == 1) {
            for (int i = 0; i < runs; i++) printf("%ld\n", spawn(i, args + 4));
            return 0;
        }
        long begin = now();
        for (int w = 0; w < workers; w++)
            if (must("fork", fork()) == 0) {
                for (int i = w; i < runs; i += workers) spawn(i, args + 4);
                _exit(0);
            }
        for (int w = 0, status; w < workers; w++)
            if (must("wait", wait(&status)) > 0 && status) return 1;
        printf("%ld\n", now() - begin);
        return 0;
    }
    fprintf(stderr, "usage: floor launch RUNS ROOTFS WORKDIR USERNS FILTER | floor spawn RUNS WORKERS PROGRAM ARGS...\n");
    return 64;
}
