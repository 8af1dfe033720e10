package io.holdfast.keeper;

import io.holdfast.keeper.launch.Launchers;
import io.holdfast.keeper.linux.HostCheck;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher;
import io.holdfast.keeper.linux.Syscalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts ordinary processes of the host, in their cgroup and with their descriptors but without namespaces, as children of
 * somebody else: the keeper sees them as it sees what an earlier keeper left behind.
 */
final class FakeLauncher implements Launcher {
    volatile String failAt = "";

    Launchers.Opened open(Path stateDirectory) throws LaunchException {
        try {
            Syscalls syscalls = new Syscalls(new JnrKernel());
            return new Launchers.Opened(this, syscalls, HostCheck.require(syscalls));
        } catch (IOException e) {
            throw new LaunchException("open", 0, e.getMessage());
        }
    }

    @Override
    public void createSandbox(SandboxPlan plan) throws LaunchException {
        if (failAt.equals("sandbox")) {
            throw new LaunchException("unshare", 28, "unshare: ENOSPC (played)");
        }
        try {
            Files.writeString(plan.pinDirectory().resolve("net"), "played");
        } catch (IOException e) {
            throw new LaunchException("pin", 0, e.getMessage());
        }
    }

    @Override
    public void removeSandbox(Path pinDirectory) throws LaunchException {
        try {
            Files.deleteIfExists(pinDirectory.resolve("net"));
        } catch (IOException e) {
            throw new LaunchException("unpin", 0, e.getMessage());
        }
    }

    @Override
    public void prepare(Path workDirectory) {}

    @Override
    public Launched launch(ContainerPlan plan) throws LaunchException {
        if (failAt.equals("launch")) {
            throw new LaunchException("execve", 2, "execve(\"/none\"): ENOENT (played)");
        }
        String descriptors = "/proc/" + ProcessHandle.current().pid() + "/fd/";
        StringBuilder script = new StringBuilder("( ");
        List<Path> joins = new ArrayList<>();
        // first, as a child that is born there
        plan.cgroup().bornIn().ifPresent(seat -> joins.add(seat.resolve("cgroup.procs")));
        joins.addAll(plan.cgroup().joinFiles());
        // $$ is the outer shell's number also in the inner one; 0 is whoever writes
        joins.forEach(file -> script.append("echo 0 > ").append(file).append(" && "));
        script.append("exec \"$@\" < ").append(descriptors).append(plan.stdin());
        script.append(" 1<> ").append(descriptors).append(plan.stdout());
        script.append(" 2<> ").append(descriptors).append(plan.stderr());
        script.append(" ) > /dev/null & echo $!");
        List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", script.toString(), "launch"));
        command.addAll(plan.spec().process().args());
        try {
            Process outer = new ProcessBuilder(command).start();
            int pid = Integer.parseInt(
                    new String(outer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
            outer.waitFor();
            for (int i = 0; i < 1000 && !opened(pid, plan); i++) {
                Thread.sleep(1);
            }
            long start = ProcessTable.stat(pid).orElseThrow().startTimeTicks();
            return new Launched(pid, start);
        } catch (IOException | RuntimeException e) {
            throw new LaunchException("fork", 0, e.toString());
        } catch (InterruptedException e) {
            throw new LaunchException("fork", 0, "interrupted");
        }
    }

    @Override
    public Executed exec(ExecPlan plan) throws LaunchException {
        throw new LaunchException("setns", 22, "setns: EINVAL (played)");
    }

    @Override
    public Launched create(ContainerPlan plan, ExactPlan exact) throws LaunchException {
        throw new LaunchException("clone3", 38, "exact containers are not played");
    }

    @Override
    public void start(ContainerPlan plan, ExactPlan exact) throws LaunchException {
        throw new LaunchException("start", 38, "exact containers are not played");
    }

    /** Whether the process has its own ends of the FIFOs, or has ended already. */
    private static boolean opened(int pid, ContainerPlan plan) throws IOException {
        Path mine = Path.of("/proc/self/fd", Integer.toString(plan.stderr()));
        Path its = Path.of("/proc", Integer.toString(pid), "fd/2");
        try {
            return Files.readSymbolicLink(mine).equals(Files.readSymbolicLink(its));
        } catch (IOException e) {
            return true;
        }
    }
}
