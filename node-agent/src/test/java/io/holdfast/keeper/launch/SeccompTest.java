package io.holdfast.keeper.launch;

import static io.holdfast.keeper.launch.LaunchFixture.IDS;
import static io.holdfast.keeper.launch.LaunchFixture.NO_CGROUP;
import static io.holdfast.keeper.launch.LaunchFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.keeper.launch.LaunchFixture.Ran;
import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Call;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.linux.Program;
import io.holdfast.keeper.linux.TestGuards;
import io.holdfast.keeper.linux.Uapi;
import io.holdfast.keeper.oci.Spec;
import io.holdfast.keeper.seccomp.Filter;
import io.holdfast.keeper.seccomp.Filters;
import io.holdfast.keeper.seccomp.Refused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Filters, asked of the kernel that runs them. */
@Tag("root")
class SeccompTest {
    private static final int SIGSYS = 31;
    private static final int PROFILES = 25;
    private static final int TRIES = 60;
    private static final Path PERL = Path.of("/usr/bin/perl");

    /** Calls that do nothing and look at no argument. */
    private static final List<Call> HARMLESS = List.of(Call.GETPID, Call.GETPPID, Call.GETEUID);

    private LaunchFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = LaunchFixture.openOrSkip();
    }

    @AfterEach
    void close() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private Ran run(Spec spec) throws Exception {
        return fixture.run(fixture.sandbox("private", IDS), "host", spec, NO_CGROUP);
    }

    /** Every call that the profile refuses, made in a container: none of them reaches what it is the door to. */
    @Test
    @Tag("guard-seccomp")
    void shouldAnswerAsTheProfileSaysWhenAContainerTriesWhatIsRefused() throws Exception {
        assumeTrue(Files.isExecutable(PERL), "needs perl");
        Map<Integer, Integer> expected = Refused.byDefault(Spec.Capabilities.DEFAULT.bounding());
        String numbers = expected.keySet().stream().map(String::valueOf).collect(Collectors.joining(","));
        Ran ran = run(spec(
                PERL.toString(),
                "-e",
                "$| = 1; for (" + numbers + ") { $r = syscall($_, -1, -1, -1, -1, -1, -1);"
                        + " print \"$_ \", ($r == -1 ? $! + 0 : 'done'), \"\\n\" }"));
        Map<Integer, Integer> answers = new TreeMap<>();
        ran.output()
                .lines()
                .map(line -> line.split(" "))
                .forEach(line ->
                        answers.put(Integer.parseInt(line[0]), line[1].equals("done") ? 0 : Integer.parseInt(line[1])));
        assertThat(answers).isEqualTo(expected);
        assertThat(expected).hasSizeGreaterThan(70);
    }

    @Test
    @Tag("guard-seccomp")
    void shouldMakeNoNamespacesAndNoCryptographySocketsWhenItIsRoot() throws Exception {
        assumeTrue(Files.isExecutable(PERL), "needs perl");
        Ran ran = run(spec(
                "/bin/sh",
                "-c",
                "unshare -U true || echo no namespace; grep Seccomp: /proc/self/status;"
                        + " perl -e 'use Socket; socket(S, 38, 5, 0) or print \"no AF_ALG: $!\\n\";"
                        + " socket(S, AF_INET, SOCK_STREAM, 0) and print \"tcp\\n\"'"));
        assertThat(ran.output().lines())
                .contains("no namespace", "Seccomp:\t2", "no AF_ALG: Operation not permitted", "tcp");
    }

    /** Who owns a directory could else give it to another project, and what is written there to another quota. */
    @Test
    @Tag("guard-seccomp")
    void shouldNotLeaveItsQuotaWhenItIsRootOfTheHost() throws Exception {
        assumeTrue(Files.isExecutable(PERL), "needs perl");
        Ran ran = run(spec(
                "/usr/bin/perl",
                "-e",
                "open(D, '<', '/tmp') or die; $a = \"\\0\" x 28;"
                        + " ioctl(D, 0x801c581f, $a) or print \"get: $!\\n\";"
                        + " ioctl(D, 0x401c5820, $a) or print \"set: $!\\n\""));
        assertThat(ran.output())
                .contains("set: Operation not permitted")
                .doesNotContain("get: Operation not permitted");
    }

    @Test
    void shouldRunThreadsAndProcessesWhenLibrariesAreToldThatClone3IsNotThere() throws Exception {
        Ran ran = run(spec(
                "/bin/sh", "-c", "for i in 1 2 3; do (echo $i) & done; wait; ls / | wc -l | grep -q . && echo fine"));
        assertThat(ran.output()).contains("1", "2", "3", "fine");
    }

    @Test
    @Tag("host-tools")
    void shouldKillA32BitCallWhenItWouldPassUnderAnotherNumber() throws Exception {
        assumeTrue(Arch.current() == Arch.X86_64, "needs x86-64");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "needs gcc");
        Path source = fixture.directory.resolve("old.c");
        // getpid by the numbers of i386: 20 is writev on x86-64
        Files.writeString(
                source, "int main(void) { int r; asm volatile(\"int $0x80\" : \"=a\"(r) : \"a\"(20)); return r < 0; }");
        Path programs = Files.createDirectory(fixture.directory.resolve("programs"));
        Process gcc = new ProcessBuilder(
                        "gcc", "-static", "-o", programs.resolve("old").toString(), source.toString())
                .inheritIO()
                .start();
        assumeTrue(gcc.waitFor() == 0, "needs a C library to link");
        assumeTrue(
                new ProcessBuilder(programs.resolve("old").toString()).start().waitFor() == 0,
                "needs a kernel that answers 32-bit calls");
        Spec plain = spec("/programs/old");
        Ran ran =
                run(plain.withMounts(List.of(new Spec.Mount("/programs", "bind", programs.toString(), List.of("ro")))));
        assertThat(ran.exit().signal()).isEqualTo(SIGSYS);
    }

    private static Spec with(Spec spec, Spec.Seccomp seccomp) {
        return spec.withLinux(
                new Spec.Linux(null, null, null, null, "", null, "", seccomp, null, List.of(), List.of()));
    }

    private static Spec.SyscallRule rule(String action, int errno, String... names) {
        return new Spec.SyscallRule(List.of(names), action, errno, List.of());
    }

    @Test
    void shouldTakeTheProfileOfTheSpecificationWhenItHasOne() throws Exception {
        Spec.Seccomp noHostname = new Spec.Seccomp(
                "SCMP_ACT_ALLOW", 0, List.of(), List.of(), List.of(rule("SCMP_ACT_ERRNO", 95, "uname")));
        Ran ran = run(with(spec("/bin/sh", "-c", "uname; grep Seccomp: /proc/self/status"), noHostname));
        assertThat(ran.output()).contains("not supported", "Seccomp:\t2");
        Spec.Seccomp none = new Spec.Seccomp("SCMP_ACT_ALLOW", 0, List.of(), List.of(), List.of());
        assertThat(run(with(spec("/bin/sh", "-c", "grep Seccomp: /proc/self/status"), none))
                        .output())
                .contains("Seccomp:\t0");
    }

    @Test
    void shouldLoadTheFilterBeforeRightsAreDroppedWhenNewPrivilegesAreAllowed() throws Exception {
        Spec plain = spec("/bin/sh", "-c", "unshare -U true || echo no namespace; cat /proc/self/status");
        Spec.Process process = new Spec.Process(
                plain.process().args(),
                plain.process().env(),
                "/",
                new Spec.User(1000, 1000, List.of()),
                false,
                List.of());
        Ran ran = run(plain.withProcess(process));
        assertThat(ran.output()).contains("no namespace", "NoNewPrivs:\t0", "Seccomp:\t2", "CapPrm:\t0000000000000000");
    }

    /** A filter that lets neither execute nor exit: the child ends all the same, and the launch tells why. */
    @Test
    void shouldFailAndNotHangWhenAProfileForbidsToExecuteAndToExit() throws Exception {
        Spec.Seccomp stuck = new Spec.Seccomp(
                "SCMP_ACT_ALLOW", 0, List.of(), List.of(), List.of(rule("SCMP_ACT_ERRNO", 13, "execve", "exit_group")));
        LaunchException refused =
                catchThrowableOfType(LaunchException.class, () -> run(with(spec("/bin/true"), stuck)));
        assertThat(refused.step()).isEqualTo("execve");
        assertThat(refused.errno()).isEqualTo(Errno.EACCES);
        Spec.Seccomp deadly = new Spec.Seccomp("SCMP_ACT_KILL_PROCESS", 0, List.of(), List.of(), List.of());
        assertThat(catchThrowableOfType(LaunchException.class, () -> run(with(spec("/bin/true"), deadly))))
                .hasMessageContaining("ended by signal " + SIGSYS);
    }

    /** Random conditions on harmless calls: the kernel takes each program and answers as the rules say. */
    @Test
    void shouldAnswerAsTheRulesSayWhenTheKernelRunsThem() throws Exception {
        Filters filters = new Filters(Arch.current());
        for (int seed = 0; seed < PROFILES; seed++) {
            Random random = new Random(seed);
            Spec.Seccomp profile = random(random);
            Filter filter = filters.of(with(spec("x"), profile), false).orElseThrow();
            List<long[]> arguments = new ArrayList<>();
            List<Call> calls = new ArrayList<>();
            List<Program.Row> rows = new ArrayList<>();
            Bare bare = new Bare(fixture.syscalls(), TestGuards.current(), (program, guarded) -> {
                program.add(Call.PRCTL, Uapi.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
                program.add(
                        Call.SECCOMP,
                        Uapi.SECCOMP_SET_MODE_FILTER,
                        filter.flags(),
                        filter.program().address());
                for (int i = 0; i < TRIES; i++) {
                    long[] words = words(random, profile);
                    Call call = HARMLESS.get(random.nextInt(HARMLESS.size()));
                    arguments.add(words);
                    calls.add(call);
                    rows.add(program.add(call, words[0], words[1], words[2], words[3], words[4], words[5])
                            .mayFail());
                }
            });
            assertThat(bare.start().endsWithin(10_000)).isTrue();
            bare.status();
            assertThat(bare.program.failed()).isNull();
            for (int i = 0; i < TRIES; i++) {
                assertThat(rows.get(i).errno())
                        .as("seed %d, %s", seed, calls.get(i))
                        .isEqualTo(errno(profile, calls.get(i).callName(), arguments.get(i)));
            }
        }
    }

    /** The rules read as the specification has them; 0 where the call is allowed. */
    private static int errno(Spec.Seccomp profile, String call, long[] words) {
        for (Spec.SyscallRule rule : profile.syscalls()) {
            if (rule.names().contains(call) && rule.args().stream().allMatch(arg -> holds(arg, words[arg.index()]))) {
                return rule.errnoRet();
            }
        }
        return 0;
    }

    private static boolean holds(Spec.SyscallArg arg, long word) {
        int order = Long.compareUnsigned(word, arg.value());
        return switch (arg.op()) {
            case "SCMP_CMP_EQ" -> order == 0;
            case "SCMP_CMP_NE" -> order != 0;
            case "SCMP_CMP_LT" -> order < 0;
            case "SCMP_CMP_LE" -> order <= 0;
            case "SCMP_CMP_GT" -> order > 0;
            case "SCMP_CMP_GE" -> order >= 0;
            default -> (word & arg.value()) == arg.valueTwo();
        };
    }

    private static Spec.Seccomp random(Random random) {
        List<String> ops = List.of(
                "SCMP_CMP_EQ",
                "SCMP_CMP_NE",
                "SCMP_CMP_LT",
                "SCMP_CMP_LE",
                "SCMP_CMP_GT",
                "SCMP_CMP_GE",
                "SCMP_CMP_MASKED_EQ");
        List<Spec.SyscallRule> rules = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            List<Spec.SyscallArg> args = new ArrayList<>();
            for (int k = 0; k <= random.nextInt(3); k++) {
                long value = value(random);
                args.add(new Spec.SyscallArg(
                        random.nextInt(6), value, value & random.nextLong(), ops.get(random.nextInt(ops.size()))));
            }
            rules.add(new Spec.SyscallRule(
                    List.of(HARMLESS.get(random.nextInt(HARMLESS.size())).callName()),
                    "SCMP_ACT_ERRNO",
                    1 + random.nextInt(4000),
                    args));
        }
        return new Spec.Seccomp("SCMP_ACT_ALLOW", 0, List.of(), List.of(), rules);
    }

    private static long value(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> (long) random.nextInt(3) << 32 | random.nextInt(3);
            case 2 -> 0xffffffffL + random.nextInt(3) - 1;
            default -> random.nextInt(5);
        };
    }

    private static long[] words(Random random, Spec.Seccomp profile) {
        long[] words = new long[6];
        for (int i = 0; i < words.length; i++) {
            words[i] = value(random);
        }
        Spec.SyscallRule rule =
                profile.syscalls().get(random.nextInt(profile.syscalls().size()));
        for (Spec.SyscallArg arg : rule.args()) {
            words[arg.index()] = arg.value() + random.nextInt(3) - 1;
        }
        return words;
    }
}
