package io.holdfast.keeper.linux;

import io.holdfast.keeper.cgroup.CgroupJoin;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes namespaces and processes: the only door to the launch program. Blocking; called from the keeper's launch threads.
 * A call that fails leaves no process, mount, namespace or descriptor behind.
 */
public interface Launcher {

    /**
     * Makes the user, net, ipc and uts namespaces that the containers of a sandbox share and pins them as files in {@link
     * SandboxPlan#pinDirectory()}, so that they outlive every process.
     */
    void createSandbox(SandboxPlan plan) throws LaunchException;

    /** Lets go of the pins. A sandbox that is not there is fine. */
    void removeSandbox(Path pinDirectory) throws LaunchException;

    /**
     * The user with the numbers that its name has in the image, as {@link io.holdfast.keeper.oci.Spec.User} says; one without a name as
     * it is.
     *
     * @throws LaunchException where the image does not know it
     */
    default KnownUser resolveUser(String rootfs, Spec.User user) throws LaunchException {
        if (user.username().isEmpty()) {
            return new KnownUser(user, "");
        }
        throw new LaunchException(
                "process.user.username", 0, "process.user.username: names of users are not resolved by this launcher");
    }

    /** @param home as the image has it, {@code /} where it knows none; empty where nothing was looked up */
    record KnownUser(Spec.User user, String home) {}

    /** The host's init for containers that ask for one. */
    default Init init() {
        return new Init("", "this launcher has no init for containers");
    }

    /**
     * @param name as the host names it; empty where there is none
     * @param missing why there is none; empty where there is one
     */
    record Init(String name, String missing) {}

    /** Makes in an empty directory what a launch would else make in it first: see {@link ContainerPlan#workDirectory()}. */
    void prepare(Path workDirectory) throws LaunchException;

    /** Starts one container; returns when its program has been executed. The child is this process's own: it waits for it. */
    Launched launch(ContainerPlan plan) throws LaunchException;

    /**
     * Runs a further program in a running container, in all its namespaces and with the rights of {@link ExecPlan#process()};
     * returns when it has been executed. The child is this process's own.
     */
    Executed exec(ExecPlan plan) throws LaunchException;

    /**
     * @param pidfd of the container's first process; stays the caller's
     * @param pid the same process's number, which the pidfd vouches for
     * @param spec the container's, with the process to run
     * @param stdin, stdout, stderr descriptors that become 0, 1, 2 where the process has no terminal; the caller closes its own
     * @param exact whether what the specification leaves out is off, as in the container itself
     */
    record ExecPlan(
            int pidfd, int pid, Spec spec, CgroupJoin cgroup, int stdin, int stdout, int stderr, boolean exact) {

        /** With the defaults that protect others. */
        public ExecPlan(int pidfd, int pid, Spec spec, CgroupJoin cgroup, int stdin, int stdout, int stderr) {
            this(pidfd, pid, spec, cgroup, stdin, stdout, stderr, false);
        }

        public Spec.Process process() {
            return spec.process();
        }
    }

    /** @param terminal the caller's side of the program's terminal, non-blocking and the caller's to close; -1 without one */
    record Executed(int pid, int terminal) {}

    /**
     * @param pinDirectory an existing directory of this sandbox alone, below the keeper's run directory
     * @param network {@code private} or {@code host}
     * @param hostname of a new uts namespace; empty to leave the host's in it
     * @param ids the host ids that ids 0 to 65535 inside stand for; {@link IdRange#HOST} for no user namespace, or for one whose
     *     mappings are given
     * @param uidMappings, gidMappings of a new user namespace in place of {@code ids}; empty for those
     */
    record SandboxPlan(
            Path pinDirectory,
            String hostname,
            String network,
            IdRange ids,
            Namespaces namespaces,
            List<Spec.IdMapping> uidMappings,
            List<Spec.IdMapping> gidMappings) {
        public SandboxPlan {
            uidMappings = List.copyOf(uidMappings);
            gidMappings = List.copyOf(gidMappings);
        }

        public SandboxPlan(Path pinDirectory, String hostname, String network, IdRange ids) {
            this(pinDirectory, hostname, network, ids, Namespaces.of(network, ids), List.of(), List.of());
        }
    }

    /**
     * @param sandbox what {@link #createSandbox} was called with
     * @param rootfs {@code host}, {@code dir:/absolute/path}, or {@code layers:} with diff ids, the lowest first
     * @param workDirectory an existing directory of this container alone, empty or as {@link #prepare} left it: the overlay's upper and work directories and mount
     *     points lie in it, and nothing mounted there is seen in the host's mount namespace
     * @param stdin, stdout, stderr descriptors that become 0, 1, 2 where the process has no terminal; the caller closes its own
     * @param withInit whether process 1 is {@link #init}, which runs the specification's program
     * @param meant directories that the image means to be otherwise than its layers show them, each after the one that it lies in
     */
    record ContainerPlan(
            SandboxPlan sandbox,
            Spec spec,
            String rootfs,
            Path workDirectory,
            CgroupJoin cgroup,
            int stdin,
            int stdout,
            int stderr,
            boolean withInit,
            List<MeantDirectory> meant) {
        public ContainerPlan {
            meant = List.copyOf(meant);
        }

        /** The program itself is process 1, and the image is as its layers show it. */
        public ContainerPlan(
                SandboxPlan sandbox,
                Spec spec,
                String rootfs,
                Path workDirectory,
                CgroupJoin cgroup,
                int stdin,
                int stdout,
                int stderr) {
            this(sandbox, spec, rootfs, workDirectory, cgroup, stdin, stdout, stderr, false, List.of());
        }
    }

    /**
     * @param path below the root, without links
     * @param like the directory of a layer whose owner and mode it has
     */
    record MeantDirectory(String path, Path like) {}

    /**
     * Makes a container that takes its specification as it stands, up to the point where its program would be executed: a process of
     * its own waits at the gate until it is let through. The child is this process's own.
     */
    Launched create(ContainerPlan plan, ExactPlan exact) throws LaunchException;

    /**
     * Lets a created container's process go on to its program; returns when that has been executed. It may have been created by an
     * earlier keeper.
     *
     * @param plan what it was created with; descriptors do not matter
     */
    void start(ContainerPlan plan, ExactPlan exact) throws LaunchException;

    /**
     * @param gate FIFO that the created process waits at for a byte
     * @param report FIFO on which it says why its program could not be executed; closed by executing it
     * @param state file whose content hooks inside the container read as the container's state
     * @param console socket to send the terminal's master to; empty for none
     * @param hooks what the host does between the making of the namespaces and the change into the root
     */
    record ExactPlan(Path gate, Path report, Path state, Path console, HostHooks hooks) {}

    /** Called on a thread of the launcher's; an exception ends the creation. */
    @FunctionalInterface
    interface HostHooks {
        HostHooks NONE = pid -> {};

        /** @param pid of the container's first process, as the host sees it */
        void prepare(int pid) throws IOException;
    }

    /** A contiguous range of 65,536 host ids. */
    record IdRange(int first) {
        public static final IdRange HOST = new IdRange(0);
        public static final int SIZE = 65_536;
    }

    /**
     * @param startTimeTicks field 22 of /proc/pid/stat: a pid is trusted only together with it
     * @param terminal the caller's side of the program's terminal, non-blocking and the caller's to close; -1 without one
     */
    record Launched(int pid, long startTimeTicks, int terminal) {
        /** Without a terminal. */
        public Launched(int pid, long startTimeTicks) {
            this(pid, startTimeTicks, -1);
        }
    }
}
