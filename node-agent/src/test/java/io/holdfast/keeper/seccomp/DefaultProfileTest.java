package io.holdfast.keeper.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.Errno;
import io.holdfast.keeper.oci.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a container may call that brings no profile. */
class DefaultProfileTest {
    private static final int EPERM = Action.errno(Errno.EPERM).value();
    private static final int ENOSYS = Action.errno(Errno.ENOSYS).value();
    private static final int ALLOW = Action.ALLOW.value();

    private static final List<String> NEVER = List.of(
            "io_uring_setup",
            "io_uring_enter",
            "io_uring_register",
            "userfaultfd",
            "keyctl",
            "add_key",
            "request_key",
            "kexec_load",
            "kexec_file_load");

    private static final List<String> WITH_CAPABILITIES = List.of(
            "bpf",
            "perf_event_open",
            "mount",
            "umount2",
            "pivot_root",
            "move_mount",
            "open_tree",
            "fsopen",
            "fsmount",
            "fsconfig",
            "mount_setattr",
            "setns",
            "unshare",
            "open_by_handle_at",
            "init_module",
            "finit_module",
            "delete_module",
            "reboot",
            "settimeofday",
            "syslog",
            "quotactl",
            "acct",
            "kcmp");

    private static Set<String> defaults() {
        return Set.copyOf(Spec.Capabilities.DEFAULT.bounding());
    }

    private static Set<String> allCapabilities() {
        return Set.of(
                "CAP_SYS_ADMIN",
                "CAP_BPF",
                "CAP_PERFMON",
                "CAP_SYS_MODULE",
                "CAP_DAC_READ_SEARCH",
                "CAP_SYS_BOOT",
                "CAP_SYS_CHROOT",
                "CAP_SYS_TIME",
                "CAP_SYS_PACCT",
                "CAP_SYS_PTRACE",
                "CAP_SYSLOG",
                "CAP_SYS_NICE",
                "CAP_SYS_RAWIO",
                "CAP_SYS_TTY_CONFIG");
    }

    private static List<Instruction> program(Set<String> capabilities, Arch arch) throws Exception {
        return BpfCompiler.compile(ProfileText.read(Resources.text("default.seccomp"), capabilities), arch);
    }

    private static int answer(Set<String> capabilities, Arch arch, String call, long... first) throws Exception {
        long[] arguments = new long[Condition.ARGUMENTS];
        System.arraycopy(first, 0, arguments, 0, first.length);
        return new BpfMachine(program(capabilities, arch))
                .run(CallTable.number(call, arch).orElseThrow(), BpfCompiler.auditArch(arch), arguments);
    }

    @ParameterizedTest
    @EnumSource(Arch.class)
    void shouldNeverAllowWhatNoContainerNeeds(Arch arch) throws Exception {
        for (String call : NEVER) {
            assertThat(answer(defaults(), arch, call)).as(call).isEqualTo(EPERM);
            assertThat(answer(allCapabilities(), arch, call)).as(call).isEqualTo(EPERM);
        }
    }

    @ParameterizedTest
    @EnumSource(Arch.class)
    void shouldAllowSomeCallsOnlyWithTheirCapability(Arch arch) throws Exception {
        for (String call : WITH_CAPABILITIES) {
            assertThat(answer(defaults(), arch, call)).as(call).isEqualTo(EPERM);
            assertThat(answer(allCapabilities(), arch, call)).as(call).isEqualTo(ALLOW);
        }
        assertThat(answer(defaults(), arch, "chroot")).isEqualTo(ALLOW);
        assertThat(answer(Set.of(), arch, "chroot")).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @EnumSource(Arch.class)
    void shouldAllowNoNewNamespaces(Arch arch) throws Exception {
        long thread = 0x3d0f00;
        assertThat(answer(defaults(), arch, "clone", thread)).isEqualTo(ALLOW);
        assertThat(answer(defaults(), arch, "clone", 17)).isEqualTo(ALLOW);
        for (long flag : List.of(0x20000L, 0x2000000L, 0x4000000L, 0x8000000L, 0x10000000L, 0x20000000L, 0x40000000L)) {
            assertThat(answer(defaults(), arch, "clone", flag | 17)).isEqualTo(EPERM);
            assertThat(answer(defaults(), arch, "clone", flag | 17 | 1L << 40)).isEqualTo(EPERM);
            assertThat(answer(allCapabilities(), arch, "clone", flag | 17)).isEqualTo(ALLOW);
        }
        assertThat(answer(defaults(), arch, "clone3")).isEqualTo(ENOSYS);
        assertThat(answer(allCapabilities(), arch, "clone3")).isEqualTo(ALLOW);
    }

    /** The kernel looks at the lower 32 bits of an address family: a filter that compares 64 is walked around. */
    @ParameterizedTest
    @EnumSource(Arch.class)
    void shouldRefuseSocketsOfTheKernelsCryptographyAndTheHypervisor(Arch arch) throws Exception {
        for (long family : List.of(1L, 2L, 10L, 16L, 17L, 39L)) {
            assertThat(answer(defaults(), arch, "socket", family)).isEqualTo(ALLOW);
        }
        for (long family : List.of(38L, 40L, 38L | 1L << 32, 40L | -1L << 32)) {
            assertThat(answer(defaults(), arch, "socket", family)).isEqualTo(EPERM);
        }
    }

    @ParameterizedTest
    @EnumSource(Arch.class)
    void shouldAllowKnownPersonalitiesOnly(Arch arch) throws Exception {
        for (long known : List.of(0L, 8L, 0x20000L, 0x20008L, 0xffffffffL, -1L)) {
            assertThat(answer(defaults(), arch, "personality", known)).isEqualTo(ALLOW);
        }
        for (long other : List.of(0x40000L, 0x400000L, 1L)) {
            assertThat(answer(defaults(), arch, "personality", other)).isEqualTo(EPERM);
        }
    }

    @ParameterizedTest
    @EnumSource(Arch.class)
    void shouldAnswerAsAnOlderKernelWhenACallIsNewerThanTheTable(Arch arch) throws Exception {
        BpfMachine machine = new BpfMachine(program(defaults(), arch));
        int last = CallTable.last(arch);
        assertThat(machine.run(last + 1, BpfCompiler.auditArch(arch))).isEqualTo(ENOSYS);
        assertThat(machine.run(-1, BpfCompiler.auditArch(arch))).isEqualTo(ENOSYS);
        assertThat(machine.run(0x40000000, BpfCompiler.auditArch(arch))).isEqualTo(ENOSYS);
    }

    /** The figures that the documentation gives; a change of the profile is a change of the page. */
    @Test
    void shouldBeShortAndQuickWhenCompiled() throws Exception {
        for (Arch arch : Arch.values()) {
            List<Instruction> program = program(defaults(), arch);
            BpfMachine machine = new BpfMachine(program);
            List<Integer> executed = new ArrayList<>();
            int allowed = 0;
            for (int number : CallTable.all(arch).values()) {
                int answer = machine.run(number, BpfCompiler.auditArch(arch), 0, 0, 0, 0, 0, 0);
                allowed += answer == ALLOW ? 1 : 0;
                executed.add(machine.executed);
            }
            executed.sort(null);
            System.out.printf(
                    "%s: %d instructions, %d of %d calls allowed, executed for a call: median %d, at most %d%n",
                    arch,
                    program.size(),
                    allowed,
                    executed.size(),
                    executed.get(executed.size() / 2),
                    executed.get(executed.size() - 1));
            assertThat(program.size()).isLessThan(200);
            assertThat(executed.get(executed.size() - 1)).isLessThan(25);
            assertThat(allowed).isBetween(250, 330);
        }
    }
}
