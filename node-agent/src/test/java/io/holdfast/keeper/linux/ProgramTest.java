package io.holdfast.keeper.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows walked by the calling thread itself, without a child: needs no rights. */
class ProgramTest {
    private final Arena arena = new Arena();
    private Kernel kernel;
    private Program program;

    @BeforeEach
    void open() throws ErrnoException {
        kernel = new JnrKernel();
        program = new Program(arena, Arch.current());
    }

    @Test
    void shouldStoreResultsWhenCallsSucceed() {
        Arena.Block stored = arena.allocate(8);
        Program.Row pid = program.add(Call.GETPID).storeAt(stored.address());
        program.end();
        program.run(kernel);
        assertThat(pid.result()).isEqualTo(ProcessHandle.current().pid());
        assertThat(stored.getLong(0)).isEqualTo(ProcessHandle.current().pid());
        assertThat(program.failed()).isNull();
    }

    @Test
    void shouldStopAndNameTheCallWhenOneFails() {
        program.add(Call.CLOSE, -1).mayFail();
        program.add(Call.OPENAT, Syscalls.AT_FDCWD, "/not/there", 0, 0).purpose("open the door");
        Program.Row never = program.add(Call.GETPID);
        program.end();
        program.run(kernel);
        assertThat(never.isReached()).isFalse();
        assertThat(program.failed().errno()).isEqualTo(Errno.ENOENT);
        assertThat(program.failed().describe())
                .isEqualTo("open the door: openat(-100, \"/not/there\", 0, 0): ENOENT (no such file or directory)");
    }

    @Test
    void shouldHandResultsOnWhenARowIsAnArgument() {
        Program.Row fd = program.add(Call.OPENAT, Syscalls.AT_FDCWD, "/proc/self/stat", Syscalls.O_RDONLY, 0);
        Arena.Block text = arena.allocate(64);
        Program.Row read = program.add(Call.READ, fd, text, 8);
        Program.Row closed = program.add(Call.CLOSE, fd);
        program.end();
        program.run(kernel);
        assertThat(read.result()).isEqualTo(8);
        assertThat(closed.result()).isZero();
    }

    @Test
    void shouldBranchWhenTheResultIsZero() {
        Program.Label zero = new Program.Label();
        program.add(Call.PRCTL, Syscalls.PR_SET_PDEATHSIG, 0, 0, 0, 0).onZero(zero);
        Program.Row skipped = program.add(Call.GETPID);
        program.place(zero);
        Program.Row reached = program.add(Call.GETPID);
        program.end();
        program.run(kernel);
        assertThat(skipped.isReached()).isFalse();
        assertThat(reached.isReached()).isTrue();
    }

    @Test
    void shouldFailWhenComparedMemoryDiffers() {
        Arena.Block value = arena.allocate(8).putLong(0, 0x12fL);
        program.check("low byte", value.address(), 0xff, 0x2f);
        program.check("the whole", value.address(), -1, 0x2f);
        program.end();
        program.run(kernel);
        assertThat(program.failed().name()).isEqualTo("the whole");
        assertThat(program.failed().errno()).isEqualTo(Errno.EPERM);
    }

    @Test
    void shouldRefuseAProgramWhenALabelWasNeverPlaced() {
        program.add(Call.GETPID).onZero(new Program.Label());
        program.end();
        assertThatThrownBy(() -> program.run(kernel)).hasMessageContaining("never placed");
    }

    @Test
    void shouldHoldMoreThanOneChunkWhenArgumentsAreLong() {
        String longText = "x".repeat(300_000);
        Arena.Block small = arena.allocate(8);
        long address = arena.text(longText);
        Program.Row failed = program.add(Call.CHDIR, address).mayFail();
        program.end();
        program.run(kernel);
        assertThat(failed.errno()).isEqualTo(36); // ENAMETOOLONG: the kernel read the text
        assertThat(small.getLong(0)).isZero();
    }
}
