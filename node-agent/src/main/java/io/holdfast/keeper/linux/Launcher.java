package io.holdfast.keeper.linux;

import io.holdfast.keeper.cgroup.CgroupJoin;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Path;

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
    default Spec.User resolveUser(String rootfs, Spec.User user) throws LaunchException {
        if (user.username().isEmpty()) {
            return user;
        }
        throw new LaunchException(
                "process.user.username", 0, "process.user.username: names of users are not resolved by this launcher");
    }

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
     */
    record ExecPlan(int pidfd, int pid, Spec spec, CgroupJoin cgroup, int stdin, int stdout, int stderr) {
        public Spec.Process process() {
            return spec.process();
        }
    }

    /** @param terminal the caller's side of the program's terminal, non-blocking and the caller's to close; -1 without one */
    record Executed(int pid, int terminal) {}

    /**
     * @param pinDirectory an existing directory of this sandbox alone, below the keeper's run directory
     * @param network {@code private} or {@code host}
     * @param ids the host ids that ids 0 to 65535 inside stand for; {@link IdRange#HOST} for no user namespace
     */
    record SandboxPlan(Path pinDirectory, String hostname, String network, IdRange ids) {}

    /**
     * @param sandbox what {@link #createSandbox} was called with
     * @param rootfs {@code host} or {@code dir:/absolute/path}
     * @param workDirectory an existing directory of this container alone, empty or as {@link #prepare} left it: the overlay's upper and work directories and mount
     *     points lie in it, and nothing mounted there is seen in the host's mount namespace
     * @param stdin, stdout, stderr descriptors that become 0, 1, 2 where the process has no terminal; the caller closes its own
     * @param withInit whether process 1 is {@link #init}, which runs the specification's program
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
            boolean withInit) {

        /** The program itself is process 1. */
        public ContainerPlan(
                SandboxPlan sandbox,
                Spec spec,
                String rootfs,
                Path workDirectory,
                CgroupJoin cgroup,
                int stdin,
                int stdout,
                int stderr) {
            this(sandbox, spec, rootfs, workDirectory, cgroup, stdin, stdout, stderr, false);
        }
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
