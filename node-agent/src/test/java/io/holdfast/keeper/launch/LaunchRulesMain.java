package io.holdfast.keeper.launch;

import io.holdfast.keeper.linux.Arena.Block;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.JnrKernel;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.linux.TestGuards;
import io.holdfast.keeper.oci.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a rule's test does in a JVM of its own, because the JVM is what dies when the rule is broken. */
final class LaunchRulesMain {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int FIFOS = 32;
    private static final int FIFO_BYTES = 64 * 1024;
    private static final int WAIT_MILLIS = 30_000;

    private LaunchRulesMain() {}

    public static void main(String[] args) throws Exception {
        Syscalls syscalls = new Syscalls(new JnrKernel());
        switch (args[0]) {
            case "fill-cgroup" -> fillCgroup(syscalls, args[1], Path.of(args[2]));
            case "hang" -> hang(syscalls, false);
            case "hang-as-other-user" -> hang(syscalls, true);
            case "launch" -> launch();
            case "mount" -> mount();
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** The child fills FIFOs until the kernel has no memory for it: pages of pipes are charged to its own cgroup. */
    private static void fillCgroup(Syscalls syscalls, String tasks, Path directory) throws Exception {
        Bare bare = new Bare(syscalls, TestGuards.current(), (program, guarded) -> {
            var fd = program.add(Call.OPENAT, Syscalls.AT_FDCWD, tasks, Syscalls.O_WRONLY, 0);
            program.add(Call.WRITE, fd, "0", 1);
            Block bytes = program.arena().allocate(FIFO_BYTES);
            for (int i = 0; i < FIFOS; i++) {
                String fifo = directory.resolve("fifo" + i).toString();
                program.add(Call.MKNODAT, Syscalls.AT_FDCWD, fifo, 0x1000 | 0600, 0);
                var opened = program.add(Call.OPENAT, Syscalls.AT_FDCWD, fifo, Syscalls.O_RDWR, 0);
                program.add(Call.WRITE, opened, bytes, FIFO_BYTES).mayFail();
            }
        });
        bare.start().endsWithin(WAIT_MILLIS);
        var status = bare.status();
        // without the guard the walk is over before the child is: give the kernel the time to take this JVM along
        System.out.println("survived, child " + status);
    }

    /** Starts one container and tells what came of it. */
    private static void launch() throws Exception {
        try (LaunchFixture fixture = new LaunchFixture()) {
            var ran = fixture.shell(fixture.sandbox("private", LaunchFixture.IDS), "true");
            System.out.println("ran: " + ran);
        } catch (LaunchException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }

    /** Covers cgroups in the host's /sys, and mounts in a volume; tells what the host has of it. */
    private static void mount() throws Exception {
        try (LaunchFixture fixture = new LaunchFixture()) {
            Path volume = Files.createDirectory(fixture.directory.resolve("volume"));
            Spec plain =
                    LaunchFixture.spec("/bin/sh", "-c", "mount -t tmpfs tmpfs /data && echo mounted in the container");
            List<String> names = new ArrayList<>(Spec.Capabilities.DEFAULT.bounding());
            names.add("CAP_SYS_ADMIN");
            // where the kernel has AppArmor, the node's default profile would refuse the mount
            Spec mounting = plain.withProcess(plain.process()
                            .withCapabilities(Spec.Capabilities.of(names))
                            .withApparmorProfile("unconfined"))
                    .withMounts(List.of(new Spec.Mount("/data", "bind", volume.toString(), List.of("rbind"))));
            var hostNetwork = fixture.sandbox("host", LaunchFixture.IDS);
            var hostUser = fixture.sandbox("private", IdRange.HOST);
            List<String> before = Files.readAllLines(MOUNTS);
            fixture.shell(hostNetwork, "true");
            System.out.println(fixture.run(hostUser, "host", mounting, LaunchFixture.NO_CGROUP)
                    .output());
            List<String> after = new ArrayList<>(Files.readAllLines(MOUNTS));
            after.removeAll(before);
            System.out.println("mounts of the host that were added: " + after);
        }
    }

    private static void hang(Syscalls syscalls, boolean otherUser) throws Exception {
        int never = syscalls.eventfd();
        int born = syscalls.eventfd();
        Bare bare = new Bare(syscalls, TestGuards.current(), (program, guarded) -> {
            if (otherUser) {
                program.add(Call.SETRESUID, 12345, 12345, 12345);
                guarded.afterIds();
            }
            Block one = program.arena().allocate(8).putLong(0, 1);
            program.add(Call.WRITE, born, one, 8);
            guarded.waitReadable(never, WAIT_MILLIS, "the end of the test");
        });
        bare.start();
        syscalls.poll(java.util.List.of(new io.holdfast.keeper.linux.Pollable(born, Syscalls.POLLIN)), WAIT_MILLIS);
        System.out.println(bare.pid());
        bare.endsWithin(WAIT_MILLIS);
    }
}
