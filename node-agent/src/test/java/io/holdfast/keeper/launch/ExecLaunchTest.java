package io.holdfast.keeper.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.keeper.linux.ChildExit;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Launcher.ExecPlan;
import io.holdfast.keeper.linux.Launcher.Executed;
import io.holdfast.keeper.linux.Launcher.IdRange;
import io.holdfast.keeper.linux.Launcher.Launched;
import io.holdfast.keeper.linux.Memory;
import io.holdfast.keeper.linux.Pollable;
import io.holdfast.keeper.linux.Syscalls;
import io.holdfast.keeper.oci.Spec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Further programs in a container: where they are, what they may, and what a hostile container can do to them. */
@Tag("root")
class ExecLaunchTest {
    private static final List<String> NAMESPACES = List.of("user", "pid", "mnt", "net", "ipc", "uts", "cgroup");

    private LaunchFixture fixture;
    private Launched container;
    private int pidfd;

    @BeforeEach
    void start() throws Exception {
        fixture = LaunchFixture.openOrSkip();
    }

    @AfterEach
    void close() throws Exception {
        if (container != null) {
            fixture.syscalls().pidfdSendSignal(pidfd, Syscalls.SIGKILL);
            fixture.syscalls().waitFor(container.pid());
            fixture.syscalls().close(pidfd);
        }
        if (fixture != null) {
            fixture.close();
        }
    }

    /** A container whose program has prepared what the script says, and waits. */
    private void container(IdRange ids, Spec.User user, String script) throws Exception {
        Spec spec = LaunchFixture.spec("/", user, "/bin/sh", "-c", script + "; echo ready; exec sleep 1000");
        Path output = fixture.directory.resolve("container-output");
        container = fixture.launch(
                fixture.sandbox("private", ids),
                "host",
                spec,
                fixture.cgroup().join(),
                output,
                fixture.workDirectory());
        pidfd = fixture.syscalls().pidfdOpen(container.pid());
        io.holdfast.keeper.Await.until(
                "the container is ready", () -> Files.readString(output).endsWith("ready\n"));
    }

    private void container(String script) throws Exception {
        container(LaunchFixture.IDS, new Spec.User(0, 0, List.of()), script);
    }

    private ExecPlan plan(Spec.Process process, int in, int out) {
        return new ExecPlan(pidfd, container.pid(), spec(process), LaunchFixture.NO_CGROUP, in, out, out);
    }

    private static Spec spec(Spec.Process process) {
        return LaunchFixture.spec("true").withProcess(process);
    }

    private record Ran(String output, ChildExit exit) {}

    private Ran exec(Spec.Process process) throws Exception {
        Path output = fixture.directory.resolve("exec-output");
        int in = fixture.syscalls().open("/dev/null", Syscalls.O_RDONLY, 0);
        int out =
                fixture.syscalls().open(output.toString(), Syscalls.O_RDWR | Syscalls.O_CREAT | Syscalls.O_TRUNC, 0600);
        try {
            Executed executed = fixture.launcher().exec(plan(process, in, out));
            ChildExit exit = fixture.syscalls().waitFor(executed.pid());
            return new Ran(Files.readString(output), exit);
        } finally {
            fixture.syscalls().close(in);
            fixture.syscalls().close(out);
        }
    }

    private Ran shell(String script) throws Exception {
        return exec(process("/bin/sh", "-c", script));
    }

    private static Spec.Process process(String... args) {
        return LaunchFixture.spec(args).process();
    }

    private static Spec.Process terminal(String... args) {
        Spec.Process plain = process(args);
        return new Spec.Process(
                true,
                new Spec.ConsoleSize(24, 80),
                plain.args(),
                plain.env(),
                plain.cwd(),
                plain.user(),
                plain.capabilities(),
                true,
                List.of(),
                "",
                0);
    }

    /** All that a program says on its terminal until it hangs up. */
    private String onTerminal(Spec.Process process) throws Exception {
        int none = fixture.syscalls().open("/dev/null", Syscalls.O_RDWR, 0);
        Executed executed;
        try {
            executed = fixture.launcher().exec(plan(process, none, none));
        } finally {
            fixture.syscalls().close(none);
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Memory buffer = Memory.allocate(4096);
        while (true) {
            fixture.syscalls().poll(List.of(new Pollable(executed.terminal(), Syscalls.POLLIN)), 10_000);
            byte[] bytes = new byte[4096];
            try {
                int read = fixture.syscalls().read(executed.terminal(), buffer);
                buffer.getBytes(0, bytes, 0, read);
                said.write(bytes, 0, read);
            } catch (IOException e) {
                break; // EIO: nobody has the other side any more
            }
        }
        fixture.syscalls().close(executed.terminal());
        fixture.syscalls().waitFor(executed.pid());
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldShareEveryNamespaceOfTheContainer() throws Exception {
        container("for n in " + String.join(" ", NAMESPACES) + "; do readlink /proc/self/ns/$n; done > /tmp/ns");

        Ran ran = shell("for n in " + String.join(" ", NAMESPACES)
                + "; do readlink /proc/self/ns/$n; done | diff - /tmp/ns && echo same; hostname; id -u");

        assertThat(ran.output()).isEqualTo("same\ntest-host\n0\n");
        assertThat(ran.exit().code()).isZero();
    }

    @Test
    void shouldHaveTheRightsOfTheContainerAndNoMore() throws Exception {
        String rights = "grep -E '^(Cap|NoNewPrivs|Uid|Gid|Groups|Seccomp:|Sig)' /proc/self/status";
        container(rights + " > /tmp/rights");

        assertThat(shell(rights + " | diff - /tmp/rights && echo same").output())
                .isEqualTo("same\n");
    }

    @Test
    void shouldBeInTheCgroupsOfTheContainer() throws Exception {
        container("cat /proc/self/cgroup > /tmp/cgroup");
        TestCgroup cgroup = fixture.cgroup();
        int in = fixture.syscalls().open("/dev/null", Syscalls.O_RDWR, 0);
        Executed executed = fixture.launcher()
                .exec(new ExecPlan(
                        pidfd, container.pid(), spec(process("/bin/sleep", "1000")), cgroup.join(), in, in, in));

        try {
            String its = Files.readString(Path.of("/proc", "" + executed.pid(), "cgroup"));
            assertThat(its).contains(cgroup.name());
        } finally {
            fixture.syscalls().kill(executed.pid(), Syscalls.SIGKILL);
            fixture.syscalls().waitFor(executed.pid());
            fixture.syscalls().close(in);
        }
    }

    @Test
    void shouldHaveNothingButStandardDescriptors() throws Exception {
        container("true");

        assertThat(shell("ls /proc/$$/fd").output().lines()).containsExactly("0", "1", "2");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 42, 255})
    void shouldGiveTheExactCode(int code) throws Exception {
        container("true");

        assertThat(shell("exit " + code).exit()).extracting(ChildExit::code).isEqualTo(code);
    }

    @Test
    void shouldRunAsAnotherUser() throws Exception {
        container("true");

        Ran ran = exec(process("/bin/sh", "-c", "id -u; id -g; cat /proc/self/status | grep CapEff")
                .withUser(new Spec.User(1000, 1000, List.of())));

        assertThat(ran.output()).isEqualTo("1000\n1000\nCapEff:\t0000000000000000\n");
    }

    @Test
    void shouldNameWhyProgramWasNotExecuted() throws Exception {
        container("echo text > /tmp/text; echo x > /tmp/broken; chmod 755 /tmp/broken");

        assertThatThrownBy(() -> exec(process("none-such")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("program none-such is not in the image")
                .hasMessageContaining("ENOENT");
        assertThatThrownBy(() -> exec(process("/tmp/text")))
                .hasMessageContaining("may not be executed by this user")
                .hasMessageContaining("EACCES");
        assertThatThrownBy(() -> exec(process("/tmp/broken"))).hasMessageContaining("ENOEXEC");
    }

    @Test
    void shouldRefuseWorkingDirectoryOutsideTheRoot() throws Exception {
        // CVE-2024-21626: a descriptor of the keeper's that points to the host's tree
        container("ln -s /proc/self/fd /tmp/fds");
        int leaked = fixture.syscalls().open("/", Syscalls.O_RDONLY, 0);
        try {
            Spec.Process plain = process("/bin/pwd");
            Spec.Process outside =
                    new Spec.Process(plain.args(), plain.env(), "/tmp/fds/" + leaked, plain.user(), true, List.of());

            assertThatThrownBy(() -> exec(outside)).isInstanceOf(LaunchException.class);
        } finally {
            fixture.syscalls().close(leaked);
        }
    }

    @Test
    void shouldGiveTerminalThatIsOne() throws Exception {
        container("true");

        String said = onTerminal(
                terminal(
                        "/bin/sh",
                        "-c",
                        "tty; stty size; test -t 0 -a -t 1 -a -t 2 && echo three; ls /proc/$$/fd | tr '\\n' ' '; echo hi > /dev/tty"));

        assertThat(said).isEqualTo("/dev/pts/0\r\n24 80\r\nthree\r\n0 1 2 hi\r\n");
    }

    @Test
    void shouldGiveTerminalToAnyUser() throws Exception {
        container("true");

        String said = onTerminal(terminal("/bin/sh", "-c", "id -u; echo hi > $(tty); stat -c %u:%g:%a $(tty)")
                .withUser(new Spec.User(1000, 1000, List.of())));

        assertThat(said).isEqualTo("1000\r\nhi\r\n1000:5:620\r\n");
    }

    @Test
    void shouldLeaveNoTerminalBehind() throws Exception {
        container("true");
        for (int i = 0; i < 3; i++) {
            assertThat(onTerminal(terminal("/bin/sh", "-c", "ls /dev/pts")))
                    .isEqualTo("0\tptmx\r\n".replace("\t", "  "));
        }
    }

    @Test
    void shouldTellThatTheContainerHasEnded() throws Exception {
        container("true");
        fixture.syscalls().pidfdSendSignal(pidfd, Syscalls.SIGKILL);
        fixture.syscalls().waitFor(container.pid());

        try {
            assertThatThrownBy(() -> shell("true"))
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("ended");
        } finally {
            fixture.syscalls().close(pidfd);
            container = null;
        }
    }

    @Test
    void shouldRefuseContainerThatCouldReadTheKeepersMemory() throws Exception {
        container(IdRange.HOST, new Spec.User(0, 0, List.of()), "true");
        Spec.Process tracer = process("/bin/true").withCapabilities(Spec.Capabilities.of(List.of("CAP_SYS_PTRACE")));

        assertThat(shell("id -u").output()).isEqualTo("0\n");
        assertThatThrownBy(() -> exec(tracer)).hasMessageContaining("CAP_SYS_PTRACE");
    }

    @Test
    void shouldLeaveNoChildAndNoDescriptorAfterFailures() throws Exception {
        container("true");
        shell("true");
        long before = descriptors();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> exec(process("none-such"))).isInstanceOf(LaunchException.class);
            assertThatThrownBy(() -> onTerminal(terminal("none-such"))).isInstanceOf(LaunchException.class);
        }
        assertThat(descriptors()).isEqualTo(before);
    }

    private static long descriptors() throws IOException {
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        }
    }
}
