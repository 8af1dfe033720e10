package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Guard;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.seccomp.Filter;
import java.util.Optional;

/**
 * The last rows before a program is executed in a container, its first or a later one: from the rights that made the container to
 * exactly those of the specification. The order is part of the protection and stands in {@link #add}.
 */
final class ProcessRights {
    private static final int PATH_MAX = 4096;

    private final Program program;
    private final GuardedClone guarded;
    private final LaunchGuards guards;

    ProcessRights(Program program, GuardedClone guarded, LaunchGuards guards) {
        this.program = program;
        this.guarded = guarded;
        this.guards = guards;
    }

    /**
     * @param filter must stay reachable until the program has run
     * @throws LaunchException for a field that is wrong, named by its path
     */
    void add(Spec.Process process, Optional<Filter> filter) throws LaunchException {
        boolean noNewPrivileges = process.noNewPrivileges() && guards.has(Guard.NO_NEW_PRIVS);
        Capabilities.Sets sets = Capabilities.read(process.capabilities());
        Spec.User user = process.user();
        program.add(Call.UMASK, user.umask()).mayFail();
        // needs setpcap, which the sets below may not have
        if (guards.has(Guard.BOUNDING)) {
            Capabilities.bound(program, sets);
        }
        // without no_new_privs a filter is only loaded with CAP_SYS_ADMIN: kept until then, and lost by execve whatever
        // happens
        boolean admin = !noNewPrivileges && filter.isPresent();
        identity(user, sets, admin);
        // as the program's own user: it must be able to go there itself
        workingDirectory(process.cwd());
        if (noNewPrivileges) {
            program.add(Call.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        }
        if (!guards.has(Guard.OOM_SCORE)) {
            writeOomScore();
        }
        guarded.keepOnlyStandardDescriptors();
        // late, so that a low one does not starve our own rows
        Limits.set(program, process.rlimits());
        guarded.resetSignals();
        guarded.release();
        // the very last, so that no profile can break our own rows
        load(filter);
    }

    private void load(Optional<Filter> filter) {
        if (guards.has(Guard.SECCOMP)) {
            filter.ifPresent(loaded -> program.add(
                            Call.SECCOMP, SECCOMP_SET_MODE_FILTER, loaded.flags(), loaded.addressIn(program.arena()))
                    .purpose("load the seccomp filter of " + loaded.instructions() + " instructions"));
        }
    }

    private void identity(Spec.User user, Capabilities.Sets sets, boolean admin) {
        boolean root = user.uid() == 0;
        Capabilities.keep(program, sets, root, admin);
        Block groups =
                program.arena().allocate(Math.max(1, user.additionalGids().size()) * 4);
        for (int i = 0; i < user.additionalGids().size(); i++) {
            groups.putInt(i * 4, user.additionalGids().get(i));
        }
        program.add(Call.SETGROUPS, user.additionalGids().size(), groups).purpose("groups " + user.additionalGids());
        program.add(Call.SETRESGID, user.gid(), user.gid(), user.gid()).purpose("group " + user.gid());
        program.add(Call.SETRESUID, user.uid(), user.uid(), user.uid()).purpose("user " + user.uid());
        Capabilities.set(program, sets, root, admin, guards);
        guarded.afterIds();
    }

    /** The raw getcwd says "(unreachable)/…" for a directory outside the root, where libc's would hide it (CVE-2024-21626). */
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
        Program.Row fd = program.add(Call.OPENAT, AT_FDCWD, "/proc/self/oom_score_adj", Syscalls.O_WRONLY, 0);
        program.add(Call.WRITE, fd, "500", 3);
    }
}
