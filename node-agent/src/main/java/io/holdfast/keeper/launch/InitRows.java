package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.Guard;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.root.RootFiles;
import io.holdfast.keeper.root.SystemRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of init, in the order that crun and runc converged on: root, session, limits, rights taken away, working directory,
 * descriptors, signals, and the program.
 */
final class InitRows {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int UMASK = 022;
    private static final int PATH_MAX = 4096;
    private static final int STAT_BYTES = 1024;
    private static final int START_TIME_FIELD = 22;

    private final Program program;
    private final GuardedClone guarded;
    private final LaunchGuards guards;
    private final List<Row> executions = new ArrayList<>();
    private final Block stat;

    InitRows(Program program, GuardedClone guarded, LaunchGuards guards) {
        this.program = program;
        this.guarded = guarded;
        this.guards = guards;
        stat = program.arena().allocate(STAT_BYTES);
    }

    void add(Spec spec, RootFiles root, SystemRows.Options options) throws LaunchException {
        Program.Label failed = new Program.Label();
        program.failTo(failed);
        guarded.enter();
        readOwnStat();
        root.addContainerRows(program, options);
        program.add(Call.SETSID);
        program.add(Call.UMASK, UMASK).mayFail();
        rights(spec.process().user());
        workingDirectory(spec.process().cwd());
        if (spec.process().noNewPrivileges()) {
            program.add(Call.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        }
        if (!guards.has(Guard.OOM_SCORE)) {
            writeOomScore();
        }
        guarded.keepOnlyStandardDescriptors();
        Limits.set(program, spec.process().rlimits());
        guarded.resetSignals();
        guarded.release();
        // seccomp's place: the last row before execve, so that no profile can break our own rows
        execute(spec.process());
        program.place(failed);
        program.add(Call.EXIT_GROUP, 1);
    }

    /** By init itself and while the host's /proc is in reach: once it runs it may end, and be waited for, at any time. */
    private void readOwnStat() {
        Row fd = program.add(Call.OPENAT, AT_FDCWD, "/proc/self/stat", Syscalls.O_RDONLY | Syscalls.O_CLOEXEC, 0);
        program.add(Call.READ, fd, stat, STAT_BYTES - 1);
    }

    /** Field 22 of /proc/pid/stat. */
    long startTimeTicks() {
        byte[] bytes = new byte[STAT_BYTES];
        stat.bytes().get(0, bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        // the name, field 2, may hold blanks and parentheses: count from the last one
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[START_TIME_FIELD - 3]);
    }

    private void rights(Spec.User user) {
        Capabilities.bound(program);
        Block groups =
                program.arena().allocate(Math.max(1, user.additionalGids().size()) * 4);
        for (int i = 0; i < user.additionalGids().size(); i++) {
            groups.putInt(i * 4, user.additionalGids().get(i));
        }
        program.add(Call.SETGROUPS, user.additionalGids().size(), groups).purpose("groups " + user.additionalGids());
        program.add(Call.SETRESGID, user.gid(), user.gid(), user.gid()).purpose("group " + user.gid());
        program.add(Call.SETRESUID, user.uid(), user.uid(), user.uid()).purpose("user " + user.uid());
        Capabilities.keepDefaults(program, user.uid() == 0);
        guarded.afterIds();
    }

    /** The raw getcwd says "(unreachable)/…" for a directory outside the root, where libc's would hide it. */
    private void workingDirectory(String cwd) {
        program.add(Call.CHDIR, cwd).purpose("working directory " + cwd);
        if (guards.has(Guard.CWD)) {
            Block buffer = program.arena().allocate(PATH_MAX);
            program.add(Call.GETCWD, buffer, PATH_MAX).purpose("working directory " + cwd);
            program.check("working directory " + cwd + " is inside the root", buffer.address(), 0xff, '/');
        }
    }

    /** What the rule forbids, for its test. */
    private void writeOomScore() {
        Row fd = program.add(Call.OPENAT, AT_FDCWD, "/proc/self/oom_score_adj", 1, 0);
        program.add(Call.WRITE, fd, "500", 3);
    }

    private void execute(Spec.Process process) throws LaunchException {
        if (process.args().isEmpty()) {
            throw new LaunchException("execve", Errno.EINVAL, "the specification names no program to run");
        }
        long arguments = program.arena().texts(process.args());
        long environment = program.arena().texts(process.env());
        List<String> candidates = candidates(process);
        for (int i = 0; i < candidates.size(); i++) {
            Row row = program.add(Call.EXECVE, candidates.get(i), arguments, environment);
            if (i < candidates.size() - 1) {
                row.mayFail();
            }
            executions.add(row);
        }
    }

    static List<String> candidates(Spec.Process process) {
        String name = process.args().get(0);
        if (name.contains("/")) {
            return List.of(name);
        }
        String path = process.env().stream()
                .filter(entry -> entry.startsWith("PATH="))
                .map(entry -> entry.substring("PATH=".length()))
                .findFirst()
                .orElse(DEFAULT_PATH);
        List<String> candidates = new ArrayList<>();
        for (String directory : path.split(":")) {
            candidates.add((directory.isEmpty() ? "." : directory) + "/" + name);
        }
        return candidates;
    }

    /** Why no candidate was executed: of all answers the one that tells most. Null where none was tried. */
    LaunchException notExecuted(Spec.Process process) {
        int errno = 0;
        for (Row row : executions) {
            if (row.errno() != 0 && (errno == 0 || errno == Errno.ENOENT || errno == Errno.ENOTDIR)) {
                errno = row.errno();
            }
        }
        if (errno == 0) {
            return null;
        }
        String name = process.args().get(0);
        String why = switch (errno) {
            case Errno.ENOENT, Errno.ENOTDIR ->
                executions.size() == 1
                        ? "is not in the image, or its interpreter is not"
                        : "is not in the image (looked for as " + String.join(", ", candidates(process)) + ")";
            case Errno.EACCES -> "may not be executed by this user";
            default -> "cannot be executed";
        };
        return new LaunchException(
                "execve", errno, "program " + name + " " + why + ": execve: " + Errno.describe(errno));
    }
}
