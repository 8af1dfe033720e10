package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.cgroup.CgroupJoin;
import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.ContainerPlan;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.linux.Namespaces;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Program.Row;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec.Rlimit;
import io.holdfast.keeper.root.ContainerRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of the first child: into the cgroup, root made and handed on, into the sandbox's namespaces, then the clone of init. It has
 * the host's rights until it joins the user namespace. Init is its sibling (CLONE_PARENT), so that the keeper is init's parent; its
 * pid, mount and cgroup namespaces belong to the sandbox's user namespace because that is where the clone happens.
 */
final class FirstChildRows {
    /** For a container whose hooks and mounts want all of the host's tree. */
    static final int NO_STAGE = -1;

    private final Program program;
    private final GuardedClone guarded;
    private final Syscalls syscalls;

    FirstChildRows(Program program, GuardedClone guarded, Syscalls syscalls) {
        this.program = program;
        this.guarded = guarded;
        this.syscalls = syscalls;
    }

    /**
     * What runs on when init has been cloned: nothing, the first child ends. Init goes on at the label.
     *
     * @param stage descriptor of the mount namespace that init's is copied from; {@link #NO_STAGE} for the host's
     */
    void add(ContainerPlan plan, ContainerRoot root, int stage, Block initPid, Program.Label init)
            throws LaunchException {
        Program.Label failed = new Program.Label();
        program.failTo(failed);
        guarded.enter();
        join(plan.cgroup());
        standardDescriptors(List.of(plan.stdin(), plan.stdout(), plan.stderr()));
        raiseLimits(plan.spec().process().rlimits());
        Map<Pins.Namespace, Row> namespaces = openNamespaces(plan);
        Row user = namespaces.get(Pins.Namespace.USER);
        root.addHostRows(
                program,
                user,
                plan.spec().mounts(),
                !Namespaces.isNew(plan.sandbox().namespaces().net()));
        if (stage != NO_STAGE) {
            program.add(Call.SETNS, stage, CLONE_NEWNS).purpose("enter the stage");
        }
        namespaces.forEach((namespace, fd) -> {
            if (namespace != Pins.Namespace.USER) {
                program.add(Call.SETNS, fd, namespace.flag()).purpose("join " + namespace.fileName() + " namespace");
            }
        });
        name(plan.sandbox());
        if (user != null) {
            program.add(Call.SETNS, user, CLONE_NEWUSER).purpose("join user namespace");
            program.add(Call.SETGROUPS, 0, 0);
            program.add(Call.SETRESGID, 0, 0, 0).purpose("group 0 of the user namespace");
            program.add(Call.SETRESUID, 0, 0, 0).purpose("user 0 of the user namespace");
            guarded.afterIds();
        }
        guarded.clone(CLONE_PARENT | ownNamespaces(plan), 0, initPid, init);
        program.add(Call.EXIT_GROUP, 0);
        program.place(failed);
        program.add(Call.EXIT_GROUP, 1);
    }

    /** What init is born in; the others are the sandbox's, joined before. */
    private static long ownNamespaces(ContainerPlan plan) {
        Namespaces namespaces = plan.sandbox().namespaces();
        boolean cgroup = Namespaces.isNew(namespaces.cgroup()) && isInside(plan.cgroup());
        return (Namespaces.isNew(namespaces.pid()) ? CLONE_NEWPID : 0)
                | (Namespaces.isNew(namespaces.mount()) ? CLONE_NEWNS : 0)
                | (cgroup ? CLONE_NEWCGROUP : 0);
    }

    /** Only then would a cgroup namespace show the container's cgroups as its root. */
    static boolean isInside(CgroupJoin join) {
        return join.bornIn().isPresent() || !join.joinFiles().isEmpty();
    }

    /** Namespaces that were made ahead bear no name yet. */
    private void name(SandboxPlan sandbox) {
        if (Namespaces.isNew(sandbox.namespaces().uts()) && !sandbox.hostname().isEmpty()) {
            int bytes = sandbox.hostname().getBytes(StandardCharsets.UTF_8).length;
            program.add(Call.SETHOSTNAME, sandbox.hostname(), bytes).purpose("hostname " + sandbox.hostname());
        }
    }

    void join(CgroupJoin join) {
        for (Path file : join.joinFiles()) {
            Row fd = program.add(Call.OPENAT, AT_FDCWD, file.toString(), Syscalls.O_WRONLY | Syscalls.O_CLOEXEC, 0)
                    .purpose("join cgroup " + file);
            program.add(Call.WRITE, fd, "0", 1).purpose("join cgroup " + file);
            program.add(Call.CLOSE, fd);
        }
    }

    /** Copies first where a number is itself one of 0, 1, 2: it would be overwritten before it is read. */
    void standardDescriptors(List<Integer> fds) {
        List<Object> sources = new ArrayList<>();
        for (int fd : fds) {
            sources.add(fd > 2 ? (Object) fd : program.add(Call.FCNTL, fd, F_DUPFD_CLOEXEC, 3));
        }
        for (int i = 0; i < sources.size(); i++) {
            program.add(Call.DUP3, sources.get(i), i, 0).purpose("standard descriptor " + i);
        }
    }

    private Map<Pins.Namespace, Row> openNamespaces(ContainerPlan plan) {
        Map<Pins.Namespace, Row> opened = new java.util.EnumMap<>(Pins.Namespace.class);
        for (Pins.Namespace namespace : Pins.of(plan.sandbox())) {
            Path pin = plan.sandbox().pinDirectory().resolve(namespace.fileName());
            opened.put(
                    namespace,
                    program.add(Call.OPENAT, AT_FDCWD, pin.toString(), Syscalls.O_RDONLY | Syscalls.O_CLOEXEC, 0)
                            .purpose("open " + namespace.fileName() + " namespace of the sandbox"));
        }
        return opened;
    }

    void raiseLimits(List<Rlimit> limits) throws LaunchException {
        Limits.raise(program, limits, hardLimits(limits));
    }

    private Map<Integer, Long> hardLimits(List<Rlimit> limits) throws LaunchException {
        Map<Integer, Long> hard = new HashMap<>();
        for (Rlimit limit : limits) {
            int number = Limits.number(limit);
            try {
                hard.put(number, syscalls.hardLimit(number));
            } catch (io.holdfast.keeper.linux.ErrnoException e) {
                throw new LaunchException(e.call(), e.errno(), e.getMessage());
            }
        }
        return hard;
    }
}
