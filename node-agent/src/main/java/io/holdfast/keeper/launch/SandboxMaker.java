package io.holdfast.keeper.launch;

import static io.holdfast.keeper.linux.Uapi.*;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Arena;
import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Children;
import io.holdfast.keeper.linux.GuardedClone;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.LaunchGuards;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.SandboxPlan;
import io.holdfast.keeper.linux.Namespaces;
import io.holdfast.keeper.linux.Pollable;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the namespaces of a sandbox by a child that is born in them. While it waits, bounded, this thread writes its id maps and pins
 * the namespaces; the thread that cloned cannot, it sleeps until the child is gone. Then the child names the host and raises the
 * loopback, and ends: the namespaces live on in their pins.
 */
final class SandboxMaker {
    /** For everything that one side waits for of the other. */
    static final int WAIT_MILLIS = 10_000;

    private static final int JOIN_MILLIS = 2 * WAIT_MILLIS;

    private final Syscalls syscalls;
    private final LaunchGuards guards;
    private final int keeperPidfd;
    private final Arch arch = Arch.current();

    SandboxMaker(Syscalls syscalls, LaunchGuards guards, int keeperPidfd) {
        this.syscalls = syscalls;
        this.guards = guards;
        this.keeperPidfd = keeperPidfd;
    }

    void make(SandboxPlan plan) throws LaunchException {
        try {
            Pins.pinJoined(plan, syscalls);
            if (!Pins.made(plan).isEmpty()) {
                makeNew(plan);
            }
        } catch (IOException e) {
            Pins.remove(plan.pinDirectory(), syscalls);
            throw new LaunchException("sandbox", 0, "sandbox: " + e.getMessage());
        } catch (LaunchException e) {
            Pins.remove(plan.pinDirectory(), syscalls);
            throw e;
        }
    }

    private void makeNew(SandboxPlan plan) throws LaunchException {
        try {
            int born = syscalls.eventfd();
            try {
                int go = syscalls.eventfd();
                try {
                    make(plan, born, go);
                } finally {
                    syscalls.close(go);
                }
            } finally {
                syscalls.close(born);
            }
        } catch (IOException e) {
            throw new LaunchException("sandbox", 0, e.getMessage());
        }
    }

    private void make(SandboxPlan plan, int born, int go) throws IOException, LaunchException {
        Arena arena = new Arena();
        Block pid = arena.allocate(8);
        Program program = program(plan, arena, pid, born, go);
        Thread cloner = new Thread(() -> program.run(syscalls.kernel()), "sandbox-cloner");
        cloner.setDaemon(true);
        cloner.start();
        IOException failure = null;
        try {
            boolean isBorn = syscalls.poll(List.of(new Pollable(born, Syscalls.POLLIN)), WAIT_MILLIS)[0] != 0;
            int child = pid.getInt(0);
            if (isBorn && child != 0) {
                writeMaps(plan, child);
                Pins.pin(plan, child, syscalls);
                syscalls.eventfdAdd(go);
            }
        } catch (IOException e) {
            failure = e;
            kill(pid.getInt(0));
        }
        awaitEnd(cloner, pid.getInt(0));
        LaunchException fault = judge(program, pid.getInt(0), failure);
        if (fault != null) {
            Pins.remove(plan.pinDirectory(), syscalls);
            throw fault;
        }
    }

    private LaunchException judge(Program program, int pid, IOException failure) throws IOException {
        int signal = pid == 0 ? 0 : new Children(syscalls.kernel()).reap(pid).signal();
        if (failure != null) {
            return new LaunchException("sandbox", 0, "sandbox: " + failure.getMessage());
        }
        Program.Row failed = program.failed();
        if (failed != null) {
            return new LaunchException(failed.name(), failed.errno(), "sandbox: " + failed.describe());
        }
        return signal == 0
                ? null
                : new LaunchException("sandbox", 0, "sandbox: its first process was ended by signal " + signal);
    }

    private void kill(int pid) throws IOException {
        if (pid != 0) {
            syscalls.kill(pid, Syscalls.SIGKILL);
        }
    }

    private void awaitEnd(Thread cloner, int pid) throws IOException {
        try {
            cloner.join(JOIN_MILLIS);
            if (cloner.isAlive()) {
                kill(pid);
                cloner.join();
            }
        } catch (InterruptedException e) {
            kill(pid);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a sandbox was made", e);
        }
    }

    private Program program(SandboxPlan plan, Arena arena, Block pid, int born, int go) {
        Program program = new Program(arena, arch);
        GuardedClone guarded = new GuardedClone(program, guards, keeperPidfd);
        Program.Label child = new Program.Label();
        long flags = Pins.made(plan).stream().mapToLong(Pins.Namespace::flag).reduce(0, (a, b) -> a | b);
        boolean joinsUser = Namespaces.isPath(plan.namespaces().user());
        Block one = arena.allocate(8).putLong(0, 1);
        guarded.cloneFromCaller(
                joinsUser ? 0 : flags,
                0,
                pid,
                child,
                () -> program.add(Call.WRITE, born, one, 8).mayFail());
        program.place(child);
        Program.Label failed = new Program.Label();
        program.failTo(failed);
        guarded.enter();
        if (joinsUser) {
            // what is made from here on is owned by that user namespace
            Path pin = plan.pinDirectory().resolve(Pins.Namespace.USER.fileName());
            Program.Row user = program.add(Call.OPENAT, AT_FDCWD, pin.toString(), Syscalls.O_CLOEXEC, 0);
            program.add(Call.SETNS, user, Pins.Namespace.USER.flag()).purpose("join user namespace");
            program.add(Call.SETRESGID, 0, 0, 0).mayFail();
            program.add(Call.SETRESUID, 0, 0, 0).mayFail();
            guarded.afterIds();
            program.add(Call.UNSHARE, flags).purpose("new namespaces in the joined user namespace");
        }
        program.add(Call.WRITE, born, one, 8);
        guarded.waitReadable(go, WAIT_MILLIS, "the id maps of the sandbox");
        byte[] hostname = plan.hostname().getBytes(StandardCharsets.UTF_8);
        if (hostname.length > 0 && Namespaces.isNew(plan.namespaces().uts())) {
            program.add(Call.SETHOSTNAME, plan.hostname(), hostname.length).purpose("hostname " + plan.hostname());
        }
        if (Namespaces.isNew(plan.namespaces().net())) {
            raiseLoopback(program);
        }
        program.add(Call.EXIT_GROUP, 0);
        program.place(failed);
        program.add(Call.EXIT_GROUP, 1);
        return program;
    }

    private static void raiseLoopback(Program program) {
        Block request = program.arena().allocate(IFREQ_BYTES);
        request.bytes().put(0, new byte[] {'l', 'o'});
        request.putShort(16, IFF_UP_RUNNING);
        Program.Row socket = program.add(Call.SOCKET, AF_INET, SOCK_DGRAM_CLOEXEC, 0);
        program.add(Call.IOCTL, socket, SIOCSIFFLAGS, request).purpose("raise loopback");
    }

    private static void writeMaps(SandboxPlan plan, int pid) throws IOException {
        if (!Namespaces.isNew(plan.namespaces().user())) {
            return;
        }
        Files.write(Path.of("/proc/" + pid + "/uid_map"), map(plan, plan.uidMappings()));
        Files.write(Path.of("/proc/" + pid + "/gid_map"), map(plan, plan.gidMappings()));
    }

    /** One write each: the kernel takes a map whole or not at all; see user_namespaces(7). */
    private static byte[] map(SandboxPlan plan, List<Spec.IdMapping> given) {
        StringBuilder map = new StringBuilder();
        for (Spec.IdMapping line : given) {
            map.append(line.containerId()).append(' ').append(line.hostId());
            map.append(' ').append(line.size()).append('\n');
        }
        if (given.isEmpty()) {
            map.append("0 ")
                    .append(plan.ids().first())
                    .append(' ')
                    .append(IdRange.SIZE)
                    .append('\n');
        }
        return map.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
